package dev.tandem.lens;

import dev.tandem.table.Column;
import dev.tandem.table.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The columns that lenses of one table may name, and those that they did: each of these has a slot
/// in the table's [Binder].
final class Scope {
  private final Table table;

  /// What lenses call the columns: for a child table that stands in for its root, the root's names.
  private final Map<String, String> names;

  private final Map<String, Input> inputs = new LinkedHashMap<>();

  private Scope(Table table, Map<String, String> names) {
    this.table = table;
    this.names = names;
  }

  static Scope of(Table table) {
    var names = new LinkedHashMap<String, String>();
    table.columns().forEach(column -> names.put(column.name(), column.name()));
    return new Scope(table, names);
  }

  /// @param names by the name that lenses use, the table's own
  static Scope renamed(Table table, Map<String, String> names) {
    return new Scope(table, Map.copyOf(names));
  }

  Table table() {
    return table;
  }

  List<String> names() {
    return List.copyOf(names.keySet());
  }

  Optional<Column> column(String name) {
    return Optional.ofNullable(names.get(name)).flatMap(table::column);
  }

  /// The input of a column that is there and can be carried.
  Input input(String name) {
    String own = Objects.requireNonNull(names.get(name));
    return inputs.computeIfAbsent(
        own,
        _ -> {
          var column = table.column(own).orElseThrow();
          var type = column.type();
          return new Input(
              own,
              inputs.size(),
              Objects.requireNonNull(type.carrier()),
              type.array(),
              column.nullable(),
              type.postgres());
        });
  }

  /// Of all columns asked for so far.
  Binder binder() {
    return new Binder(new ArrayList<>(inputs.values()));
  }
}
