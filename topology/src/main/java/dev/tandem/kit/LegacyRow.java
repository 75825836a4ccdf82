package dev.tandem.kit;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A row of a legacy table, as a test writes it: by column name, in Java's own types or as
/// PostgreSQL's text. Columns that are not named are NULL. Immutable.
public final class LegacyRow {
  private final TableId table;
  private final Map<String, @Nullable Object> values;

  private LegacyRow(TableId table, Map<String, @Nullable Object> values) {
    this.table = table;
    this.values = values;
  }

  /// @param table `schema.table`; without a schema it is `public`
  public static LegacyRow of(String table) {
    return new LegacyRow(TableId.parse(table), Map.of());
  }

  /// The same with a value.
  ///
  /// @param value a text as PostgreSQL prints it, a number, a boolean, `byte[]`, a type of
  ///     `java.time`, a `UUID`, a `List` of these for an array, or null
  public LegacyRow with(String column, @Nullable Object value) {
    var more = new LinkedHashMap<>(values);
    more.put(column, value);
    return new LegacyRow(table, more);
  }

  TableId table() {
    return table;
  }

  /// @throws IllegalArgumentException if the table could not hold it
  Row in(Table described) {
    for (String named : values.keySet()) {
      if (described.column(named).isEmpty()) {
        throw new IllegalArgumentException(
            "expected a column of "
                + table
                + ", "
                + described.columns().stream().map(Column::name).toList()
                + ", found '"
                + named
                + "'");
      }
    }
    RowSchema schema = RowSchema.of(described);
    List<RowSchema.Field> fields = schema.fields();
    var row = new @Nullable Object[fields.size()];
    for (int i = 0; i < row.length; i++) {
      Column column = described.column(fields.get(i).name()).orElseThrow();
      row[i] = new CellText(table, column).value(values.get(column.name()));
    }
    return new Row(schema, row);
  }
}
