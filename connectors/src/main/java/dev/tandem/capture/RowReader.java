package dev.tandem.capture;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Padding;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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

  /// By column: whether its texts come filled up with blanks.
  private final boolean[] padded;

  /// By column: whether the old row of the log holds it.
  private final boolean[] inOldRow;

  /// @param table as the catalog has it now; null if it is gone
  /// @param connect schema of the table's rows in the log
  RowReader(TableId id, @Nullable Table table, Schema connect) {
    this.schema = new RowSchema(id, fields(table, connect), key(table, connect));
    this.names = schema.fields().stream().map(RowSchema.Field::name).toArray(String[]::new);
    this.fields = new Field[names.length];
    this.hasDefault = new boolean[names.length];
    this.padded = new boolean[names.length];
    this.inOldRow = new boolean[names.length];
    var identity = table == null ? Set.<String>of() : Set.copyOf(table.identityColumns());
    boolean known = schema.key() != null;
    for (int i = 0; i < names.length; i++) {
      fields[i] = connect.field(names[i]);
      hasDefault[i] = fields[i].schema().defaultValue() != null;
      ColumnType now = table == null ? null : table.column(names[i]).map(Column::type).orElse(null);
      padded[i] = LogTypes.isPadded(fields[i].schema(), now);
      // Where the log is older than a new name of an identity column, that column is among those
      // which the table has no longer.
      inOldRow[i] =
          identity.contains(names[i])
              || !known && table != null && table.column(names[i]).isEmpty();
    }
  }

  /// Null where the log does not have the columns that the table has for it now.
  private static RowSchema.@Nullable Key key(@Nullable Table table, Schema connect) {
    if (table == null) {
      return null;
    }
    boolean all =
        Stream.concat(table.primaryKey().stream(), table.identityColumns().stream())
            .filter(column -> table.column(column).filter(Column::generated).isEmpty())
            .allMatch(column -> connect.field(column) != null);
    return all ? new RowSchema.Key(table.primaryKey(), table.identityColumns()) : null;
  }

  /// The columns of the log in the catalog's order, in the types of the log; then those that the
  /// table has no longer.
  private static List<RowSchema.Field> fields(@Nullable Table table, Schema connect) {
    var fields = new ArrayList<RowSchema.Field>();
    var known = new HashSet<String>();
    for (Column column : table == null ? List.<Column>of() : table.columns()) {
      known.add(column.name());
      Field field = connect.field(column.name());
      if (field != null && column.type().isCarried() && !column.generated()) {
        add(column.name(), field.schema(), column.type().carrier(), fields);
      }
    }
    for (Field field : connect.fields()) {
      if (known.add(field.name())) {
        add(field.name(), field.schema(), null, fields);
      }
    }
    return fields;
  }

  private static void add(
      String name, Schema connect, @Nullable Carrier now, List<RowSchema.Field> fields) {
    RowSchema.Field field = LogTypes.field(name, connect, now);
    if (field != null) {
      fields.add(field);
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

  private static @Nullable Object unpadded(@Nullable Object value) {
    return switch (value) {
      case String text -> Padding.cut(text);
      case List<?> elements -> {
        var cut = new ArrayList<@Nullable Object>(elements.size());
        elements.forEach(element -> cut.add(unpadded(element)));
        yield cut;
      }
      case null, default -> value;
    };
  }

  /// @throws UnfitException if the value is not of the column's type
  private @Nullable Object read(Struct struct, int column) throws UnfitException {
    Object value =
        hasDefault[column] ? struct.getWithoutDefault(names[column]) : struct.get(fields[column]);
    if (value == null) {
      return null;
    }
    RowSchema.Field field = schema.fields().get(column);
    try {
      Object read = ConnectValues.value(field, value);
      return padded[column] && read != Row.UNKNOWN ? unpadded(read) : read;
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
