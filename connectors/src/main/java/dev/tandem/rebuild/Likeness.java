package dev.tandem.rebuild;

import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether the tables that come are like those that leave: columns, indexes, constraints,
/// statistics, options, owner, privileges. What was altered on one side alone since they were made
/// would silently be another thing after the exchange.
final class Likeness {
  private static final String FOREIGN = "foreign key ";
  private static final String LINES =
      """
      WITH own AS (SELECT * FROM pg_class WHERE oid = ?::regclass)
      SELECT concat_ws(' ', 'column', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                       CASE WHEN a.attnotnull THEN 'not null' END,
                       CASE a.attidentity WHEN 'a' THEN 'always an identity'
                                          WHEN 'd' THEN 'an identity by default' END,
                       CASE WHEN a.attgenerated <> '' THEN 'generated' END,
                       'default ' || pg_get_expr(d.adbin, d.adrelid),
                       'collation ' || quote_ident(c.collname))
        FROM own JOIN pg_attribute a ON a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = own.oid AND d.adnum = a.attnum
        LEFT JOIN pg_collation c ON c.oid = a.attcollation
      UNION ALL
      SELECT concat_ws(' ', CASE WHEN i.indisunique THEN 'unique' END, 'index', quote_ident(x.relname),
                       substr(pg_get_indexdef(x.oid), strpos(pg_get_indexdef(x.oid), ' USING ') + 1))
        FROM own JOIN pg_index i ON i.indrelid = own.oid JOIN pg_class x ON x.oid = i.indexrelid
      UNION ALL
      SELECT 'constraint ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
        FROM own JOIN pg_constraint k ON k.conrelid = own.oid AND k.contype NOT IN ('f', 'n', 't')
      UNION ALL
      SELECT 'foreign key ' || quote_ident(k.conname) || ' '
             || regexp_replace(
                  replace(pg_get_constraintdef(k.oid), ' REFERENCES ' || quote_ident(rn.nspname) || '.',
                          ' REFERENCES '), ' NOT VALID$', '')
        FROM own JOIN pg_constraint k ON k.conrelid = own.oid AND k.contype = 'f'
        JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
      UNION ALL
      SELECT concat_ws(' ', 'statistics', quote_ident(s.stxname), s.stxkind::text,
                       pg_get_statisticsobjdef_columns(s.oid))
        FROM own JOIN pg_statistic_ext s ON s.stxrelid = own.oid
      UNION ALL
      SELECT 'option ' || unnest(own.reloptions) FROM own
      UNION ALL
      SELECT 'replica identity ' || own.relreplident::text FROM own
      UNION ALL
      SELECT 'owner ' || quote_ident(pg_get_userbyid(own.relowner)) FROM own
      UNION ALL
      SELECT concat_ws(' ', 'privilege', p.privilege_type, p.attname, 'of',
                       CASE p.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(p.grantee)) END,
                       CASE WHEN p.is_grantable THEN 'with grant option' END)
        FROM (SELECT NULL AS attname, (aclexplode(own.relacl)).*, own.relowner FROM own
              UNION ALL
              SELECT '(' || quote_ident(a.attname) || ')', (aclexplode(a.attacl)).*, own.relowner
                FROM own JOIN pg_attribute a ON a.attrelid = own.oid AND NOT a.attisdropped) AS p
       WHERE p.grantee <> p.relowner""";

  private final Ddl ddl;

  /// @param ddl with a search path of none but the catalog, so that definitions name schemas
  Likeness(Ddl ddl) {
    this.ddl = ddl;
  }

  /// One line for each thing that only one of two tables has. Foreign keys that the next one lacks
  /// are none: they come with the place.
  List<String> differences(TableId live, TableId next) throws SQLException {
    Set<String> ofLive = lines(live);
    Set<String> ofNext = lines(next);
    var keys = ofNext.stream().filter(line -> line.startsWith(FOREIGN)).map(Likeness::name);
    Set<String> keysOfNext = keys.collect(Collectors.toSet());
    var differences = new ArrayList<String>();
    for (String line : ofLive) {
      boolean comes = line.startsWith(FOREIGN) && !keysOfNext.contains(name(line));
      if (!ofNext.contains(line) && !comes) {
        differences.add("table " + live + ": " + line + ", which " + next + " has not");
      }
    }
    for (String line : ofNext) {
      if (!ofLive.contains(line)) {
        differences.add("table " + next + ": " + line + ", which " + live + " has not");
      }
    }
    return differences.stream().sorted().toList();
  }

  private static String name(String line) {
    return line.substring(0, line.indexOf(" FOREIGN KEY "));
  }

  private Set<String> lines(TableId table) throws SQLException {
    return ddl.ask(LINES, table.sql()).stream()
        .map(row -> row[0])
        .collect(Collectors.toCollection(HashSet::new));
  }
}
