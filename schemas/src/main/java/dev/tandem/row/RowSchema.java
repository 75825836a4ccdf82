package dev.tandem.row;

import dev.tandem.table.Carrier;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The columns of a row as captured, in order. Two captures of one table may differ in it: legacy
/// schemas move.
public final class RowSchema {
  /// @param array whether values are `List`s of the carrier's class, elements nullable
  public record Field(String name, Carrier carrier, boolean array) {}

  /// How rows of the table are told apart.
  ///
  /// @param primary the columns of the primary key
  /// @param identity the columns that a delete carries
  public record Key(List<String> primary, List<String> identity) {
    public Key {
      primary = List.copyOf(primary);
      identity = List.copyOf(identity);
    }
  }

  private final TableId table;
  private final List<Field> fields;
  private final @Nullable Key key;

  /// Asked for with every row.
  private final int hash;

  private final Map<String, Integer> indexes = new HashMap<>();

  /// Of rows of which it is not said how they are told apart.
  public RowSchema(TableId table, List<Field> fields) {
    this(table, fields, null);
  }

  /// @param key null where it is not known
  public RowSchema(TableId table, List<Field> fields, @Nullable Key key) {
    this.table = table;
    this.key = key;
    this.fields = List.copyOf(fields);
    this.hash = Objects.hash(table, this.fields, key);
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
            .toList(),
        new Key(table.primaryKey(), table.identityColumns()));
  }

  private static Field field(String name, @Nullable Carrier carrier, boolean array) {
    return new Field(name, Objects.requireNonNull(carrier), array);
  }

  public TableId table() {
    return table;
  }

  /// Null where it is not known.
  public @Nullable Key key() {
    return key;
  }

  /// The same of which it is not said how rows are told apart.
  public RowSchema withoutKey() {
    return key == null ? this : new RowSchema(table, fields);
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
            && hash == that.hash
            && table.equals(that.table)
            && fields.equals(that.fields)
            && Objects.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return table + fields.toString();
  }
}
