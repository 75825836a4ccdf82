package dev.tandem.event;

import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.table.ColumnType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How one entity is read from a legacy outbox table.
///
/// @param envelope the columns that the rules read
/// @param form how the payload is written
/// @param aggregates the values of the aggregate type that are of the entity
/// @param deletions the values of the type that say that the aggregate is gone
/// @param identity the columns, as lenses see them, that name an aggregate
/// @param fields what lenses read of the payload
/// @param lists lists of the payload, which lenses read as child lists
/// @param order columns of the table by which of two events of one aggregate the later is known;
///     empty where none is declared, and then the table is not swept
public record EventTable(
    Envelope envelope,
    PayloadForm form,
    Set<String> aggregates,
    Set<String> deletions,
    List<String> identity,
    List<Field> fields,
    List<Items> lists,
    List<String> order,
    AfterReading afterReading) {
  /// The names of the columns.
  public record Envelope(String aggregateType, String aggregateId, String type, String payload) {}

  /// A value of the payload.
  ///
  /// @param column what lenses call it: the keys that lead to it, joined by dots
  /// @param required whether the payload has to have it, and not as null
  public record Field(String column, ColumnType type, boolean required) {
    List<String> path() {
      return List.of(column.split("\\."));
    }
  }

  /// A list of objects in the payload.
  public record Items(String name, List<Field> fields) {
    public Items {
      fields = List.copyOf(fields);
    }

    List<String> path() {
      return List.of(name.split("\\."));
    }
  }

  /// What the application does with a row that it has written.
  public enum AfterReading {
    /// It stays: a deletion is a finding.
    KEPT,
    /// It is deleted sooner or later, which says nothing of the aggregate.
    DELETED
  }

  public EventTable {
    aggregates = Set.copyOf(aggregates);
    deletions = Set.copyOf(deletions);
    identity = List.copyOf(identity);
    fields = List.copyOf(fields);
    lists = List.copyOf(lists);
    order = List.copyOf(order);
  }

  /// Whether the rows that are there can be read in any order.
  public boolean isOrdered() {
    return !order.isEmpty();
  }

  /// Whether an aggregate is named by columns of the table alone, so that an event has its place
  /// whatever its payload is.
  public boolean isNamedByEnvelope() {
    return identity.equals(List.of(envelope.aggregateId()));
  }

  /// The columns of the table that are read.
  public List<String> columns() {
    var columns = new LinkedHashSet<String>();
    columns.add(envelope.aggregateType());
    columns.add(envelope.aggregateId());
    columns.add(envelope.payload());
    if (!deletions.isEmpty()) {
      columns.add(envelope.type());
    }
    columns.addAll(order);
    return List.copyOf(columns);
  }

  /// Whether an event is of this entity.
  ///
  /// @throws MappingException if the row does not say it
  public boolean concerns(Row event) {
    return aggregates.contains(text(event, envelope.aggregateType()));
  }

  /// Whether an event says that its aggregate is gone.
  public boolean isDeletion(Row event) {
    return !deletions.isEmpty() && deletions.contains(text(event, envelope.type()));
  }

  private static String text(Row event, String column) {
    Object value = value(event, column);
    return value == null ? "" : value.toString();
  }

  /// @throws MappingException if the row has no such column, or it is not known
  static @Nullable Object value(Row event, String column) {
    int index = event.schema().indexOf(column);
    if (index < 0) {
      throw new MappingException(
          column, "expected this column in " + event.schema().table() + ", found none");
    }
    Object value = event.values()[index];
    if (value == Row.UNKNOWN) {
      throw new MappingException(column, "value not known yet (too large to be captured)");
    }
    return value;
  }

  /// Which of two events of one aggregate is the later: positive if it is the first one.
  ///
  /// @throws MappingException if the declared columns do not say it
  public int compare(Row one, Row other) {
    for (String column : order) {
      int compared = compare(column, value(one, column), value(other, column));
      if (compared != 0) {
        return compared;
      }
    }
    return 0;
  }

  private static int compare(String column, @Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      throw new MappingException(column, "expected a value to order events by, found null");
    }
    return one instanceof Number left && other instanceof Number right
        ? Long.compare(left.longValue(), right.longValue())
        : Objects.toString(one).compareTo(Objects.toString(other));
  }
}
