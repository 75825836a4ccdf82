package dev.tandem.apply;

import dev.tandem.apply.EntityTables.ChildTable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Child rows without a key of their own: of each parent whose rows differ, all are replaced.
///
/// The server compares each parent's rows with all new rows of a statement, so parents go a few at
/// a time.
record KeylessRows(ChildTable child, List<Change> parents) {
  private static final int AT_A_TIME = 100;

  void write(TargetSession session) throws SQLException {
    for (int from = 0; from < parents.size(); from += AT_A_TIME) {
      replace(session, parents.subList(from, Math.min(from + AT_A_TIME, parents.size())));
    }
  }

  private void replace(TargetSession session, List<Change> some) throws SQLException {
    var rows = new RowArrays(child.sql().columns());
    some.forEach(change -> ChildRows.rows(child, change).forEach(rows::add));
    var fresh = new RowArrays(child.sql().columns());
    for (int parent : differing(session, BatchWriter.keys(child.parent(), some), rows)) {
      ChildRows.rows(child, some.get(parent)).forEach(fresh::add);
    }
    if (!fresh.isEmpty()) {
      BatchWriter.update(session, child.sql().insert(), fresh);
    }
  }

  private List<Integer> differing(TargetSession session, RowArrays keys, RowArrays rows)
      throws SQLException {
    PreparedStatement statement = session.prepare(child.sql().deleteDiffering(child.parent()));
    rows.bind(statement, keys.bind(statement, 1));
    var ordinals = new ArrayList<Integer>();
    try (var result = statement.executeQuery()) {
      while (result.next()) {
        ordinals.add(result.getInt(1) - 1);
      }
    }
    return ordinals;
  }
}
