package dev.tandem.postgres;

import dev.tandem.table.Catalog;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What one PostgreSQL database says of a set of tables, read with four queries however many they
/// are. A table that does not exist is not in it.
public final class PostgresCatalog implements Catalog {
  private static final String RELATIONS =
      """
      SELECT c.oid, n.nspname, c.relname, c.relreplident
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')""";

  private static final String COLUMNS =
      """
      WITH RECURSIVE unwrapped(rel, num, type, typmod, depth) AS (
        SELECT attrelid, attnum, atttypid, atttypmod, 0
          FROM pg_attribute
         WHERE attrelid = ANY(?::oid[]) AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT u.rel, u.num, t.typbasetype, t.typtypmod, u.depth + 1
          FROM unwrapped u JOIN pg_type t ON t.oid = u.type
         WHERE t.typtype = 'd')
      SELECT a.attrelid, a.attname, a.attnotnull,
             a.atthasdef OR a.attidentity <> '' AS filled, a.attgenerated <> '' AS generated,
             format_type(a.atttypid, a.atttypmod) AS shown, u.typmod, u.depth,
             a.attndims, tn.nspname AS type_schema, t.typname, t.typtype,
             t.typcategory = 'A' AND t.typelem <> 0 AS array,
             en.nspname AS element_schema, e.typname AS element
        FROM pg_attribute a
        JOIN unwrapped u ON u.rel = a.attrelid AND u.num = a.attnum
        JOIN pg_type t ON t.oid = u.type AND t.typtype <> 'd'
        JOIN pg_namespace tn ON tn.oid = t.typnamespace
        LEFT JOIN pg_type e ON e.oid = t.typelem
        LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
       WHERE a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attrelid, a.attnum""";

  private static final String INDEXES =
      """
      SELECT i.indrelid, i.indisprimary, i.indisreplident,
             array_agg(a.attname::text ORDER BY k.position) AS columns,
             bool_and(a.attname IS NOT NULL) AS plain
        FROM pg_index i
       CROSS JOIN LATERAL unnest(i.indkey[0:i.indnkeyatts - 1])
                  WITH ORDINALITY AS k(num, position)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num AND k.num > 0
       WHERE i.indrelid = ANY(?::oid[])
         AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
       GROUP BY i.indexrelid, i.indrelid, i.indisprimary, i.indisreplident
       ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid""";

  private static final String FOREIGN_KEYS =
      """
      SELECT k.conrelid, n.nspname, c.relname,
             ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS p(num, position)
                     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.num
                    ORDER BY p.position) AS columns,
             ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS p(num, position)
                     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.num
                    ORDER BY p.position) AS referenced
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.confrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE k.contype = 'f' AND k.conrelid = ANY(?::oid[])
       ORDER BY k.conrelid, k.oid""";

  private final Map<TableId, Table> tables;

  private PostgresCatalog(Map<TableId, Table> tables) {
    this.tables = Map.copyOf(tables);
  }

  /// Reads the tables as they are now. The connection's transaction state is left as it is.
  public static PostgresCatalog read(Connection connection, Collection<TableId> ids)
      throws SQLException {
    Map<Long, Relation> relations = relations(connection, ids);
    Object oids = connection.createArrayOf("oid", relations.keySet().toArray());
    each(
        connection,
        COLUMNS,
        oids,
        row -> at(relations, row.getLong("attrelid")).columns.add(column(row)));
    each(
        connection,
        INDEXES,
        oids,
        row -> {
          if (row.getBoolean("plain")) {
            at(relations, row.getLong("indrelid"))
                .index(
                    names(row, "columns"),
                    row.getBoolean("indisprimary"),
                    row.getBoolean("indisreplident"));
          }
        });
    each(
        connection,
        FOREIGN_KEYS,
        oids,
        row ->
            at(relations, row.getLong("conrelid"))
                .foreignKeys
                .add(
                    new Table.ForeignKey(
                        names(row, "columns"),
                        new TableId(row.getString("nspname"), row.getString("relname")),
                        names(row, "referenced"))));
    var tables = new HashMap<TableId, Table>();
    relations.values().forEach(relation -> tables.put(relation.id, relation.table()));
    return new PostgresCatalog(tables);
  }

  @Override
  public Optional<Table> table(TableId id) {
    return Optional.ofNullable(tables.get(id));
  }

  private static Map<Long, Relation> relations(Connection connection, Collection<TableId> ids)
      throws SQLException {
    var relations = new LinkedHashMap<Long, Relation>();
    try (var query = connection.prepareStatement(RELATIONS)) {
      query.setArray(1, connection.createArrayOf("text", parts(ids, TableId::schema)));
      query.setArray(2, connection.createArrayOf("text", parts(ids, TableId::name)));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          var id = new TableId(rows.getString("nspname"), rows.getString("relname"));
          relations.put(
              rows.getLong("oid"), new Relation(id, identity(rows.getString("relreplident"))));
        }
      }
    }
    return relations;
  }

  private static Object[] parts(Collection<TableId> ids, Function<TableId, String> part) {
    return ids.stream().distinct().map(part).toArray();
  }

  private static Relation at(Map<Long, Relation> relations, long oid) {
    Relation relation = relations.get(oid);
    if (relation == null) {
      throw new IllegalStateException("catalog answered for relation " + oid + ", not asked for");
    }
    return relation;
  }

  private static Table.ReplicaIdentity identity(String code) {
    return switch (code) {
      case "d" -> Table.ReplicaIdentity.DEFAULT;
      case "i" -> Table.ReplicaIdentity.INDEX;
      case "f" -> Table.ReplicaIdentity.FULL;
      case "n" -> Table.ReplicaIdentity.NOTHING;
      default -> throw new IllegalStateException("unknown replica identity '" + code + "'");
    };
  }

  private static Column column(ResultSet row) throws SQLException {
    boolean generated = row.getBoolean("generated");
    return new Column(
        row.getString("attname"),
        PostgresTypes.columnType(row),
        !row.getBoolean("attnotnull"),
        row.getBoolean("filled") || generated,
        generated);
  }

  private static List<String> names(ResultSet row, String column) throws SQLException {
    return Arrays.asList((String[]) row.getArray(column).getArray());
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static void each(Connection connection, String sql, Object oids, RowReader reader)
      throws SQLException {
    try (var query = connection.prepareStatement(sql)) {
      query.setObject(1, oids);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  /// A table while it is read.
  private static final class Relation {
    final TableId id;
    final Table.ReplicaIdentity identity;
    final List<Column> columns = new ArrayList<>();
    final List<List<String>> uniqueKeys = new ArrayList<>();
    final List<Table.ForeignKey> foreignKeys = new ArrayList<>();
    List<String> primaryKey = List.of();
    List<String> identityIndex = List.of();

    Relation(TableId id, Table.ReplicaIdentity identity) {
      this.id = id;
      this.identity = identity;
    }

    private void index(List<String> key, boolean primary, boolean replicaIdentity) {
      uniqueKeys.add(key);
      if (primary) {
        primaryKey = key;
      }
      if (replicaIdentity) {
        identityIndex = key;
      }
    }

    private Table table() {
      List<String> identityColumns =
          switch (identity) {
            case DEFAULT -> primaryKey;
            case INDEX -> identityIndex;
            case FULL -> columns.stream().map(Column::name).toList();
            case NOTHING -> List.of();
          };
      return new Table(id, columns, primaryKey, uniqueKeys, identity, identityColumns, foreignKeys);
    }
  }
}
