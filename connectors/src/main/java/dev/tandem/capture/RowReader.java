package dev.tandem.capture;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Table;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/// Reads the rows of one table in one form of its log: made once per Connect schema, which stays
/// the same object until the table changes.
final class RowReader {
  private final RowSchema schema;
  private final String[] names;
  private final Field[] fields;

  /// By column: whether it has a default, which [Struct#get(Field)] would put where it is NULL.
  private final boolean[] hasDefault;

  /// By column: whether the old row of the log holds it.
  private final boolean[] inOldRow;

  /// @param connect schema of the table's rows in the log
  RowReader(Table table, Schema connect) {
    RowSchema carried = RowSchema.of(table);
    this.schema =
        new RowSchema(
            table.id(),
            carried.fields().stream().filter(f -> connect.field(f.name()) != null).toList());
    this.names = schema.fields().stream().map(RowSchema.Field::name).toArray(String[]::new);
    this.fields = new Field[names.length];
    this.hasDefault = new boolean[names.length];
    this.inOldRow = new boolean[names.length];
    var identity = Set.copyOf(table.identityColumns());
    for (int i = 0; i < names.length; i++) {
      fields[i] = connect.field(names[i]);
      hasDefault[i] = fields[i].schema().defaultValue() != null;
      inOldRow[i] = identity.contains(names[i]);
    }
  }

  RowSchema schema() {
    return schema;
  }

  /// The old row, as far as the replica identity holds it.
  @Nullable Row before(@Nullable Struct struct) throws UnfitException {
    if (struct == null) {
      return null;
    }
    var values = new @Nullable Object[names.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = inOldRow[i] ? read(struct, i) : Row.UNKNOWN;
    }
    return new Row(schema, values);
  }

  /// The new row; what the log does not say because it is unchanged is taken from the old row where
  /// that holds it.
  @Nullable Row after(@Nullable Struct struct, @Nullable Row before) throws UnfitException {
    if (struct == null) {
      return null;
    }
    var values = new @Nullable Object[names.length];
    for (int i = 0; i < values.length; i++) {
      Object value = read(struct, i);
      values[i] = value == Row.UNKNOWN && before != null ? before.values()[i] : value;
    }
    return new Row(schema, values);
  }

  /// @throws UnfitException if the value is not of the column's type as the catalog has it now
  private @Nullable Object read(Struct struct, int column) throws UnfitException {
    Object value =
        hasDefault[column] ? struct.getWithoutDefault(names[column]) : struct.get(fields[column]);
    if (value == null) {
      return null;
    }
    RowSchema.Field field = schema.fields().get(column);
    try {
      return ConnectValues.value(field, value);
    } catch (RuntimeException broken) {
      throw new UnfitException(
          "column "
              + names[column]
              + ": expected "
              + field.carrier()
              + (field.array() ? " array" : "")
              + ", found "
              + value.getClass().getSimpleName(),
          broken);
    }
  }
}
