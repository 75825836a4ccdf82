package dev.tandem.row;

import dev.tandem.table.Carrier;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The columns of a row as captured, in order. Two captures of one table may differ in it: legacy
/// schemas move.
public final class RowSchema {
  /// @param array whether values are `List`s of the carrier's class, elements nullable
  public record Field(String name, Carrier carrier, boolean array) {}

  private final TableId table;
  private final List<Field> fields;
  private final Map<String, Integer> indexes = new HashMap<>();

  public RowSchema(TableId table, List<Field> fields) {
    this.table = table;
    this.fields = List.copyOf(fields);
    for (int i = 0; i < fields.size(); i++) {
      if (indexes.put(fields.get(i).name(), i) != null) {
        throw new IllegalArgumentException("column " + fields.get(i).name() + " twice in " + table);
      }
    }
  }

  /// What is captured of a table: every column that can be carried and that the log carries too
  /// (generated ones are not in it).
  public static RowSchema of(Table table) {
    return new RowSchema(
        table.id(),
        table.columns().stream()
            .filter(column -> column.type().isCarried() && !column.generated())
            .map(column -> field(column.name(), column.type().carrier(), column.type().array()))
            .toList());
  }

  private static Field field(
      String name, @org.jspecify.annotations.Nullable Carrier carrier, boolean array) {
    return new Field(name, java.util.Objects.requireNonNull(carrier), array);
  }

  public TableId table() {
    return table;
  }

  public List<Field> fields() {
    return fields;
  }

  public int size() {
    return fields.size();
  }

  /// The index of a column, or -1.
  public int indexOf(String column) {
    return indexes.getOrDefault(column, -1);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof RowSchema that
            && table.equals(that.table)
            && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return table.hashCode() * 31 + fields.hashCode();
  }

  @Override
  public String toString() {
    return table + fields.toString();
  }
}
