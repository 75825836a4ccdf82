package dev.tandem.setup;

import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What the legacy store says of one table that is read.
///
/// @param kind as `pg_class.relkind`: `r` a table, `p` a partitioned one
/// @param persistence as `pg_class.relpersistence`: `p` a table that is logged
/// @param owner role that owns it
/// @param owned whether the asking role is the owner, or a member of it
/// @param usage whether the asking role may use its schema
/// @param readable whether the asking role may select from it
/// @param hidden whether row-level security applies to the asking role
/// @param parent whether other tables inherit from it (partitions do not count)
/// @param unidentified the table, or those of its partitions, whose replica identity names no row
record SourceTable(
    TableId id,
    String kind,
    String persistence,
    String owner,
    boolean owned,
    boolean usage,
    boolean readable,
    boolean hidden,
    boolean parent,
    List<String> unidentified) {
  private static final String SQL =
      """
      SELECT n.nspname, c.relname, c.relkind::text, c.relpersistence::text,
             pg_get_userbyid(c.relowner) AS owner,
             pg_has_role(c.relowner, 'USAGE') AS owned,
             has_schema_privilege(n.oid, 'USAGE') AS usage,
             has_table_privilege(c.oid, 'SELECT') AS readable,
             c.relrowsecurity AND row_security_active(c.oid) AS hidden,
             c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = c.oid) AS parent,
             ARRAY(SELECT leaf.oid::regclass::text
                     FROM (SELECT c.oid WHERE c.relkind <> 'p'
                            UNION SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf) AS own(oid)
                     JOIN pg_class leaf ON leaf.oid = own.oid
                    WHERE leaf.relreplident = 'n'
                       OR leaf.relreplident <> 'f' AND NOT EXISTS (
                            SELECT 1 FROM pg_index i
                             WHERE i.indrelid = leaf.oid AND i.indisvalid AND i.indimmediate
                               AND CASE leaf.relreplident WHEN 'd' THEN i.indisprimary
                                                          ELSE i.indisreplident END)
                    ORDER BY 1) AS unidentified
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
       ORDER BY n.nspname, c.relname""";

  SourceTable {
    unidentified = List.copyOf(unidentified);
  }

  /// Those that exist.
  static List<SourceTable> read(Connection connection, Collection<TableId> ids)
      throws SQLException {
    var tables = new ArrayList<SourceTable>();
    try (var query = connection.prepareStatement(SQL)) {
      query.setArray(
          1, connection.createArrayOf("text", ids.stream().map(TableId::schema).toArray()));
      query.setArray(
          2, connection.createArrayOf("text", ids.stream().map(TableId::name).toArray()));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          tables.add(table(rows));
        }
      }
    }
    return tables;
  }

  private static SourceTable table(ResultSet row) throws SQLException {
    return new SourceTable(
        new TableId(row.getString(1), row.getString(2)),
        row.getString("relkind"),
        row.getString("relpersistence"),
        row.getString("owner"),
        row.getBoolean("owned"),
        row.getBoolean("usage"),
        row.getBoolean("readable"),
        row.getBoolean("hidden"),
        row.getBoolean("parent"),
        Arrays.asList((String[]) row.getArray("unidentified").getArray()));
  }

  boolean partitioned() {
    return kind.equals("p");
  }

  /// Why it must not be published, if it must not (DESIGN invariant 12): of a table without a
  /// usable replica identity the legacy application's own UPDATE and DELETE would fail once it is
  /// published; what is not logged, or not a table, never reaches the stream.
  Optional<Unfit> unfit() {
    if (!kind.equals("r") && !partitioned()) {
      return Optional.of(
          new Unfit(
              "expected a table, found relkind '" + kind + "': it has no changes of its own",
              "name the tables it is made from in the spec"));
    }
    if (!persistence.equals("p")) {
      return Optional.of(
          new Unfit("its changes are not logged", "ALTER TABLE " + id.sql() + " SET LOGGED;"));
    }
    if (parent) {
      return Optional.of(
          new Unfit(
              "other tables inherit from it: a sweep would read their rows, the stream would not"
                  + " tell their changes",
              "ALTER TABLE <child> NO INHERIT " + id.sql() + ";"));
    }
    if (!unidentified.isEmpty()) {
      return Optional.of(
          new Unfit(
              "no usable replica identity (no primary key, or REPLICA IDENTITY NOTHING) on "
                  + String.join(", ", unidentified)
                  + ": published, its own application's UPDATE and DELETE would fail with 55000",
              identityFix()));
    }
    return Optional.empty();
  }

  private String identityFix() {
    return String.join(
        " ",
        unidentified.stream()
            .map(table -> "ALTER TABLE " + table + " REPLICA IDENTITY FULL;")
            .toList());
  }

  /// @param cause what was found and what it means
  record Unfit(String cause, String fix) {}
}
