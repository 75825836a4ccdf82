package dev.tandem.spec;

import java.util.List;
import java.util.Optional;

/// How an entity is read from a legacy outbox table, as declared.
///
/// @param aggregates values of the aggregate type; none where it is not said
/// @param deletions values of the type that say that an aggregate is gone
/// @param columns what a column of the envelope is called, by what Debezium calls it
/// @param payload `json` or `avro`; `json` where it is not said
/// @param identity what names an aggregate; none for the aggregate's id
/// @param order columns that tell the later of two events
/// @param afterReading `kept` or `deleted`
/// @param fields of the payload
public record OutboxSpec(
    List<Located<String>> aggregates,
    List<Located<String>> deletions,
    List<NamesSpec.Pair> columns,
    Optional<Located<String>> payload,
    List<Located<String>> identity,
    List<Located<String>> order,
    Located<String> afterReading,
    List<Field> fields) {
  public OutboxSpec {
    aggregates = List.copyOf(aggregates);
    deletions = List.copyOf(deletions);
    columns = List.copyOf(columns);
    identity = List.copyOf(identity);
    order = List.copyOf(order);
    fields = List.copyOf(fields);
  }

  /// Whether payloads are in Avro.
  public boolean isAvro() {
    return payload.filter(form -> form.value().equals("avro")).isPresent();
  }

  /// One value of the payload, or a list of objects.
  ///
  /// @param type of a value; a stand-in for a list
  /// @param items the fields of a list's objects; none for a value
  public record Field(Located<String> name, Located<String> type, List<Field> items) {
    public Field {
      items = List.copyOf(items);
    }

    public boolean isList() {
      return !items.isEmpty();
    }
  }
}
