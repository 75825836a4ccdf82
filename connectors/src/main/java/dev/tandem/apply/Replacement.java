package dev.tandem.apply;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/// Writes entities by deleting their rows before inserting them, which lets two rows swap a
/// secondary unique value.
///
/// Refused where that could lose something: where a foreign key to one of the tables would cascade,
/// or set others to null, or where a table has columns that Tandem does not write.
record Replacement(BatchWriter writer) {
  private static final String HARM =
      """
      SELECT EXISTS (SELECT 1 FROM pg_constraint k
                      WHERE k.confrelid = ?::regclass AND k.contype = 'f'
                        AND k.confdeltype IN ('c', 'n', 'd'))
          OR EXISTS (SELECT 1 FROM pg_attribute a
                      WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped
                        AND a.attgenerated = '' AND a.attname <> ALL (?::text[]))""";

  /// @return whether the rows were deleted; if not, nothing was done
  boolean deleteFirst(TargetSession session, Collection<Change> changes) throws SQLException {
    var kept = new LinkedHashMap<EntityTables, List<Change>>();
    changes.stream()
        .filter(c -> c.value() != null)
        .forEach(c -> kept.computeIfAbsent(writer.tables(c), _ -> new ArrayList<>()).add(c));
    for (EntityTables tables : kept.keySet()) {
      if (harms(session, tables.root())) {
        return false;
      }
      for (EntityTables.ChildTable child : tables.children()) {
        if (harms(session, child.sql())) {
          return false;
        }
      }
    }
    for (var entry : kept.entrySet()) {
      delete(session, entry.getKey(), entry.getValue());
    }
    return true;
  }

  private static void delete(TargetSession session, EntityTables tables, List<Change> changes)
      throws SQLException {
    for (EntityTables.ChildTable child : tables.children()) {
      BatchWriter.update(
          session, child.sql().delete(child.parent()), BatchWriter.keys(child.parent(), changes));
    }
    BatchWriter.update(
        session,
        tables.root().delete(tables.rootKey()),
        BatchWriter.keys(tables.rootKey(), changes));
  }

  private static boolean harms(TargetSession session, TableSql table) throws SQLException {
    var statement = session.prepare(HARM);
    statement.setString(1, table.table().sql());
    statement.setString(2, table.table().sql());
    Object[] written = table.columns().stream().map(c -> c.column().name()).toArray();
    statement.setArray(3, session.open().createArrayOf("text", written));
    try (var rows = statement.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }
}
