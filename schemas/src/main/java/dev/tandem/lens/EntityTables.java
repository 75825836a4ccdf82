package dev.tandem.lens;

import dev.tandem.plan.Source;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The legacy tables that an entity is made from, as their catalog describes them.
///
/// @param children by source, in the order of the spec
public record EntityTables(Source root, Table rootTable, Map<Source, Table> children) {
  public EntityTables {
    children = Collections.unmodifiableMap(new LinkedHashMap<>(children));
  }

  /// The same where each column has the wider type of its own and of the one that rows have.
  EntityTables widened(Source source, RowSchema rows) {
    if (source.isRoot()) {
      return new EntityTables(root, widened(rootTable, rows), children);
    }
    var wider = new LinkedHashMap<>(children);
    wider.computeIfPresent(source, (_, table) -> widened(table, rows));
    return new EntityTables(root, rootTable, wider);
  }

  private static Table widened(Table table, RowSchema rows) {
    return table.withColumns(
        table.columns().stream().map(column -> widened(column, rows)).toList());
  }

  private static Column widened(Column column, RowSchema rows) {
    int index = rows.indexOf(column.name());
    Carrier own = column.type().carrier();
    if (index < 0 || own == null || column.type().array()) {
      return column;
    }
    RowSchema.Field field = rows.fields().get(index);
    return field.array() || field.carrier() == own || !Widening.isExact(own, field.carrier())
        ? column
        : column.withType(ColumnType.of(sql(field.carrier()), field.carrier()));
  }

  private static String sql(Carrier carrier) {
    return switch (carrier) {
      case LONG -> "bigint";
      case NUMERIC -> "numeric";
      case DOUBLE -> "double precision";
      case TEXT -> "text";
      default -> carrier.name().toLowerCase(Locale.ROOT);
    };
  }

  Optional<Map.Entry<Source, Table>> child(String name) {
    return children.entrySet().stream()
        .filter(child -> child.getKey().name().equals(name))
        .findFirst();
  }
}
