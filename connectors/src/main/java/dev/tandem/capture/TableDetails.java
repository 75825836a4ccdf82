package dev.tandem.capture;

import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Reads [TableDetail]s with two queries, and the types' carriers only where something of them is
/// new. Used by one thread.
final class TableDetails {
  // Of a default only a digest: it may be a value that is nobody's business.
  private static final String COLUMNS =
      """
      SELECT n.nspname, c.relname, a.attnum, a.attname,
             format_type(a.atttypid, a.atttypmod),
             CASE WHEN a.attgenerated = '' THEN coalesce(md5(pg_get_expr(d.adbin, d.adrelid)), '') ELSE '' END,
             a.atthasmissing,
             ARRAY(SELECT e.enumlabel::text FROM pg_enum e
                    WHERE e.enumtypid IN (t.oid, t.typelem, t.typbasetype) ORDER BY e.enumsortorder)
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE c.relkind IN ('r', 'p')
       ORDER BY 1, 2, 3""";

  private static final String PARTITIONS =
      """
      SELECT n.nspname, c.relname, pn.nspname || '.' || pc.relname
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
        CROSS JOIN LATERAL pg_partition_tree(c.oid) p
        JOIN pg_class pc ON pc.oid = p.relid
        JOIN pg_namespace pn ON pn.oid = pc.relnamespace
       WHERE c.relkind = 'p' AND p.level > 0
       ORDER BY 1, 2, 3""";

  /// As they were read last, without carriers.
  private Map<TableId, TableDetail> last = Map.of();

  /// What is new since the last time: every table of which anything is.
  Map<TableId, TableDetail> news(Connection connection, Collection<TableId> tables)
      throws SQLException {
    Map<TableId, TableDetail> read = read(connection, tables);
    var news = new HashMap<>(read);
    news.entrySet().removeAll(last.entrySet());
    if (!news.isEmpty()) {
      PostgresCatalog catalog = PostgresCatalog.read(connection, news.keySet());
      news.replaceAll(
          (id, detail) -> catalog.table(id).map(table -> carried(table, detail)).orElse(detail));
    }
    last = read;
    return news;
  }

  private static Map<TableId, TableDetail> read(Connection connection, Collection<TableId> tables)
      throws SQLException {
    var columns = new HashMap<TableId, List<TableDetail.Column>>();
    var partitions = new HashMap<TableId, List<String>>();
    try (var query = connection.prepareStatement(COLUMNS)) {
      query.setArray(1, connection.createArrayOf("text", parts(tables, TableId::schema)));
      query.setArray(2, connection.createArrayOf("text", parts(tables, TableId::name)));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          var column =
              new TableDetail.Column(
                  rows.getInt(3),
                  rows.getString(4),
                  rows.getString(5),
                  "",
                  rows.getString(6),
                  rows.getBoolean(7),
                  Arrays.asList((String[]) rows.getArray(8).getArray()));
          columns
              .computeIfAbsent(
                  new TableId(rows.getString(1), rows.getString(2)), _ -> new ArrayList<>())
              .add(column);
        }
      }
    }
    try (var query = connection.prepareStatement(PARTITIONS)) {
      query.setArray(1, connection.createArrayOf("text", parts(tables, TableId::schema)));
      query.setArray(2, connection.createArrayOf("text", parts(tables, TableId::name)));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          partitions
              .computeIfAbsent(
                  new TableId(rows.getString(1), rows.getString(2)), _ -> new ArrayList<>())
              .add(rows.getString(3));
        }
      }
    }
    var details = new HashMap<TableId, TableDetail>();
    columns.forEach(
        (table, its) ->
            details.put(table, new TableDetail(its, partitions.getOrDefault(table, List.of()))));
    return details;
  }

  private static Object[] parts(Collection<TableId> tables, Function<TableId, String> part) {
    return tables.stream().map(part).toArray();
  }

  private static TableDetail carried(Table table, TableDetail detail) {
    return new TableDetail(
        detail.columns().stream()
            .map(
                column ->
                    new TableDetail.Column(
                        column.number(),
                        column.name(),
                        column.type(),
                        table.column(column.name()).map(TableDetails::carrier).orElse(""),
                        column.filled(),
                        column.stored(),
                        column.values()))
            .toList(),
        detail.partitions());
  }

  private static String carrier(Column column) {
    ColumnType type = column.type();
    return type.carrier() == null ? "" : type.carrier().name() + (type.array() ? " array" : "");
  }
}
