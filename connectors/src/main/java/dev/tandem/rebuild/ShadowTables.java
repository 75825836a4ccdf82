package dev.tandem.rebuild;

import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Makes tables like others in a schema of their own: columns, defaults, constraints and indexes
/// under the same names, storage, replica identity, grants, owner. Foreign keys come with the place
/// (`ForeignKeys`).
final class ShadowTables {
  private final Ddl ddl;
  private final String schema;

  /// By the table that it is made like.
  private final Map<TableId, TableId> tables = new TreeMap<>();

  ShadowTables(Ddl ddl, String schema, Collection<TableId> like) {
    this.ddl = ddl;
    this.schema = schema;
    like.forEach(table -> tables.put(table, new TableId(schema, table.name())));
  }

  /// @param publication that they are captured by from their first row on
  void make(String publication) throws SQLException {
    // What a definition names is then named with its schema.
    ddl.run("SET LOCAL search_path = pg_catalog");
    ddl.schemaLike(schema, tables.keySet().stream().map(TableId::schema).distinct().toList());
    for (var each : tables.entrySet()) {
      like(each.getKey(), each.getValue());
    }
    ddl.run(
        "ALTER PUBLICATION "
            + Sql.quote(publication)
            + " ADD TABLE "
            + tables.values().stream()
                .map(table -> "ONLY " + table.sql())
                .collect(Collectors.joining(", ")));
    for (var each : tables.entrySet()) {
      grants(each.getKey(), each.getValue());
      owner(each.getKey(), each.getValue());
    }
  }

  private void like(TableId live, TableId shadow) throws SQLException {
    ddl.run("CREATE TABLE " + shadow.sql() + " (LIKE " + live.sql() + " INCLUDING ALL)");
    for (String[] row :
        ddl.ask("SELECT unnest(reloptions) FROM pg_class WHERE oid = ?::regclass", live.sql())) {
      ddl.run("ALTER TABLE " + shadow.sql() + " SET (" + row[0] + ")");
    }
    names("INDEX", INDEXES, live, shadow);
    names("STATISTICS", STATISTICS, live, shadow);
    identity(live, shadow);
  }

  private static final String INDEXES =
      """
      SELECT c.relname, i.indisprimary || ' ' || i.indisunique || ' '
             || substr(pg_get_indexdef(i.indexrelid), strpos(pg_get_indexdef(i.indexrelid), ' USING '))
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid = ?::regclass ORDER BY c.relname""";

  private static final String STATISTICS =
      """
      SELECT s.stxname, s.stxkind::text || ' ' || pg_get_statisticsobjdef_columns(s.oid)
        FROM pg_statistic_ext s WHERE s.stxrelid = ?::regclass ORDER BY s.stxname""";

  /// `LIKE` names indexes, the constraints that they are of, and extended statistics anew.
  private void names(String kind, String of, TableId live, TableId shadow) throws SQLException {
    var made = new ArrayList<>(ddl.ask(of, shadow.sql()));
    var renamed = new ArrayList<String[]>();
    for (String[] wanted : ddl.ask(of, live.sql())) {
      for (String[] each : List.copyOf(made)) {
        if (each[1].equals(wanted[1])) {
          made.remove(each);
          if (!each[0].equals(wanted[0])) {
            renamed.add(new String[] {each[0], wanted[0]});
          }
          break;
        }
      }
    }
    // Over a name that none has, since one may want what another has still.
    for (int i = 0; i < renamed.size(); i++) {
      rename(kind, renamed.get(i)[0], "tandem_renamed_" + i);
    }
    for (int i = 0; i < renamed.size(); i++) {
      rename(kind, "tandem_renamed_" + i, renamed.get(i)[1]);
    }
  }

  private void rename(String kind, String from, String to) throws SQLException {
    ddl.run(
        "ALTER " + kind + " " + new TableId(schema, from).sql() + " RENAME TO " + Sql.quote(to));
  }

  private void identity(TableId live, TableId shadow) throws SQLException {
    var found =
        ddl.ask(
            """
            SELECT c.relreplident::text,
                   coalesce((SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                              WHERE i.indrelid = c.oid AND i.indisreplident), '')
              FROM pg_class c WHERE c.oid = ?::regclass""",
            live.sql());
    String alter = "ALTER TABLE " + shadow.sql() + " REPLICA IDENTITY ";
    switch (found.getFirst()[0]) {
      case "f" -> ddl.run(alter + "FULL");
      case "n" -> ddl.run(alter + "NOTHING");
      case "i" -> ddl.run(alter + "USING INDEX " + Sql.quote(found.getFirst()[1]));
      default -> {
        // The default is the default.
      }
    }
  }

  private void grants(TableId live, TableId shadow) throws SQLException {
    for (String[] grant :
        ddl.ask(
            """
            SELECT a.privilege_type, a.grantee, a.is_grantable, ''
              FROM (SELECT c.relowner, (aclexplode(c.relacl)).* FROM pg_class c
                     WHERE c.oid = ?::regclass) AS all_of(owner, grantor, grantee_oid, privilege_type, is_grantable),
                   LATERAL (SELECT all_of.privilege_type,
                                   CASE grantee_oid WHEN 0 THEN 'PUBLIC'
                                        ELSE quote_ident(pg_get_userbyid(grantee_oid)) END AS grantee,
                                   all_of.is_grantable) a
             WHERE grantee_oid <> owner
            UNION ALL
            SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                          ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                   a.is_grantable, quote_ident(t.attname)
              FROM pg_attribute t, aclexplode(t.attacl) a
             WHERE t.attrelid = ?::regclass AND t.attnum > 0 AND NOT t.attisdropped
             ORDER BY 2, 1, 4""",
            live.sql(),
            live.sql())) {
      ddl.run(
          "GRANT "
              + grant[0]
              + (grant[3].isEmpty() ? "" : " (" + grant[3] + ")")
              + " ON "
              + shadow.sql()
              + " TO "
              + grant[1]
              + (grant[2].equals("t") ? " WITH GRANT OPTION" : ""));
    }
  }

  private void owner(TableId live, TableId shadow) throws SQLException {
    String owner =
        ddl.ask(
                """
                SELECT CASE WHEN pg_get_userbyid(relowner) = current_user THEN ''
                            ELSE quote_ident(pg_get_userbyid(relowner)) END
                  FROM pg_class WHERE oid = ?::regclass""",
                live.sql())
            .getFirst()[0];
    if (!owner.isEmpty()) {
      // Who is to own a table has to be allowed to make one where it stands.
      ddl.run("GRANT USAGE, CREATE ON SCHEMA " + Sql.quote(schema) + " TO " + owner);
      ddl.run("ALTER TABLE " + shadow.sql() + " OWNER TO " + owner);
    }
  }
}
