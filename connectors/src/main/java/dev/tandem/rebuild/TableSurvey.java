package dev.tandem.rebuild;

import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What hangs on the live tables of a domain and would not come along to tables made like them:
/// after an exchange it would still be on the old ones. Each such thing is named, with what to do.
final class TableSurvey {
  /// A thing that refuses a rebuild.
  record Obstacle(TableId table, String cause, String fix) {
    @Override
    public String toString() {
      return "table " + table + ": " + cause + "; fix: " + fix;
    }
  }

  private static final String HANGING =
      """
      WITH own AS (
        SELECT c.oid, c.relkind, c.relpersistence, c.relrowsecurity, c.relowner, n.nspname, c.relname
          FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
          JOIN pg_namespace n ON n.nspname = wanted.schema
          JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name)
      SELECT nspname, relname, 'kind', '' FROM own
       WHERE relkind <> 'r' OR relpersistence <> 'p'
          OR EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = own.oid OR inhrelid = own.oid)
      UNION ALL
      SELECT nspname, relname, 'row security', '' FROM own WHERE relrowsecurity
      UNION ALL
      SELECT nspname, relname, 'owner', quote_ident(pg_get_userbyid(relowner))
        FROM own WHERE NOT pg_has_role(relowner, 'USAGE')
      UNION ALL
      SELECT nspname, relname, 'schema', quote_ident(current_user)
        FROM own WHERE NOT has_schema_privilege(nspname::text, 'CREATE')
      UNION ALL
      SELECT nspname, relname, 'trigger', quote_ident(tgname)
        FROM own JOIN pg_trigger ON tgrelid = own.oid AND NOT tgisinternal
      UNION ALL
      SELECT nspname, relname, 'rule', quote_ident(rulename)
        FROM own JOIN pg_rewrite ON ev_class = own.oid
      UNION ALL
      SELECT DISTINCT own.nspname, own.relname, 'view', format('%I.%I', vn.nspname, v.relname)
        FROM own
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = own.oid
                        AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid
        JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> own.oid
        JOIN pg_namespace vn ON vn.oid = v.relnamespace
      UNION ALL
      SELECT own.nspname, own.relname, 'foreign key',
             format('%I of %I.%I', k.conname, rn.nspname, r.relname)
        FROM own
        JOIN pg_constraint k ON k.confrelid = own.oid AND k.contype = 'f'
        JOIN pg_class r ON r.oid = k.conrelid
        JOIN pg_namespace rn ON rn.oid = r.relnamespace
       WHERE k.conrelid NOT IN (SELECT oid FROM own)
      UNION ALL
      SELECT own.nspname, own.relname, 'sequence', format('%I.%I', sn.nspname, s.relname)
        FROM own
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = own.oid
                        AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'
        JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        JOIN pg_namespace sn ON sn.oid = s.relnamespace
      UNION ALL
      SELECT own.nspname, own.relname, 'publication', quote_ident(p.pubname)
        FROM own
        JOIN pg_publication_rel r ON r.prrelid = own.oid
        JOIN pg_publication p ON p.oid = r.prpubid AND p.pubname <> ?
       ORDER BY 1, 2, 3, 4""";

  private static final String UNWRITTEN =
      """
      SELECT n.nspname, c.relname, a.attname
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                           AND a.attgenerated = ''
       ORDER BY 1, 2, a.attnum""";

  private final Ddl ddl;

  /// The columns that Tandem writes, by table.
  private final Map<TableId, Set<String>> written;

  TableSurvey(Ddl ddl, Map<TableId, Set<String>> written) {
    this.ddl = ddl;
    this.written = written;
  }

  /// @param publication that the tables are captured by
  /// @param empty columns, as `schema.table.column`, that may be empty in the new tables
  List<Obstacle> obstacles(String publication, Set<String> empty) throws SQLException {
    var obstacles = new ArrayList<>(hanging(publication));
    for (String[] row : ddl.ask(UNWRITTEN, schemas(), names())) {
      var table = new TableId(row[0], row[1]);
      String column = table + "." + row[2];
      if (!written.getOrDefault(table, Set.of()).contains(row[2]) && !empty.contains(column)) {
        obstacles.add(
            new Obstacle(
                table,
                "column " + row[2] + " is not written by Tandem, so a new generation would lose it",
                "map it in the spec, drop it, or start with --leave-empty " + column));
      }
    }
    obstacles.addAll(sharedNames());
    return obstacles;
  }

  /// The obstacles without those that only concern tables that are to be made.
  ///
  /// @param publication that the tables are captured by
  List<Obstacle> hanging(String publication) throws SQLException {
    var obstacles = new ArrayList<Obstacle>();
    for (String[] row : ddl.ask(HANGING, schemas(), names(), publication)) {
      obstacles.add(obstacle(new TableId(row[0], row[1]), row[2], row[3]));
    }
    return obstacles;
  }

  private List<String> schemas() {
    return written.keySet().stream().map(TableId::schema).toList();
  }

  private List<String> names() {
    return written.keySet().stream().map(TableId::name).toList();
  }

  /// The tables of a generation stand in one schema.
  private List<Obstacle> sharedNames() {
    var obstacles = new ArrayList<Obstacle>();
    var first = new HashMap<String, TableId>();
    for (TableId table : new TreeSet<>(written.keySet())) {
      TableId other = first.putIfAbsent(table.name(), table);
      if (other != null) {
        obstacles.add(
            new Obstacle(
                table,
                "it has the name of " + other + ", and both would stand in one schema",
                "rename one of the two"));
      }
    }
    return obstacles;
  }

  private static Obstacle obstacle(TableId table, String kind, String name) {
    String alter = "ALTER TABLE " + table.sql() + " ";
    return switch (kind) {
      case "kind" ->
          new Obstacle(
              table,
              "it is partitioned, inherited from or to, or unlogged",
              "make it a plain table; only such tables can be made again beside it");
      case "row security" ->
          new Obstacle(
              table,
              "its policies of row security would stay with the old table",
              alter + "DISABLE ROW LEVEL SECURITY, and make the policies anew after the promotion");
      case "owner" ->
          new Obstacle(
              table,
              "it belongs to " + name + ", and only its owner may let it change places",
              "GRANT " + name + " TO the user that Tandem connects as");
      case "schema" ->
          new Obstacle(
              table,
              "user " + name + " may make nothing in its schema, so no table can take its place",
              "GRANT CREATE ON SCHEMA " + Sql.quote(table.schema()) + " TO " + name);
      case "trigger" ->
          new Obstacle(
              table,
              "trigger " + name + " would stay with the old table",
              "DROP TRIGGER "
                  + name
                  + " ON "
                  + table.sql()
                  + ", and make it anew after the promotion");
      case "rule" ->
          new Obstacle(
              table,
              "rule " + name + " would stay with the old table",
              "DROP RULE "
                  + name
                  + " ON "
                  + table.sql()
                  + ", and make it anew after the promotion");
      case "view" ->
          new Obstacle(
              table,
              "view " + name + " would go on to read the old table",
              "drop it, and make it anew after the promotion");
      case "foreign key" ->
          new Obstacle(
              table,
              "foreign key " + name + " would go on to point to the old table",
              "drop it, and make it anew after the promotion");
      case "sequence" ->
          new Obstacle(
              table,
              "sequence " + name + " belongs to a column of it and would go with the old table",
              "ALTER SEQUENCE " + name + " OWNED BY NONE");
      case "publication" ->
          new Obstacle(
              table,
              "publication " + name + " would go on to publish the old table",
              "ALTER PUBLICATION "
                  + name
                  + " DROP TABLE "
                  + table.sql()
                  + ", and add it after the promotion");
      default -> throw new IllegalArgumentException(kind + " of " + Sql.quote(name));
    };
  }
}
