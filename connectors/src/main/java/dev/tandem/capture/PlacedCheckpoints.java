package dev.tandem.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The checkpoints of tables that were put in their place and not swept there yet. The transaction
/// that did it may have been read while the tables were not observed under the name that they have
/// now. So each checkpoint is written once more, as it is: whoever reads the log from here on
/// learns where the tables stand, and how far they are, before the first of their rows is swept,
/// also if nothing is applied for a long time.
final class PlacedCheckpoints {
  private static final String FIND =
      "SELECT domain, generation, partition FROM tandem.checkpoint"
          + " WHERE migration = ? AND placement = ANY (?)";
  private static final String REPEAT =
      "UPDATE tandem.checkpoint SET placement = placement"
          + " WHERE migration = ? AND domain = ? AND generation = ? AND partition = ?";

  private record Row(String domain, int generation, int partition) {}

  private PlacedCheckpoints() {}

  /// One at a time, each in a transaction of its own: apply holds more than one of these rows.
  ///
  /// @param target that commits each statement by itself
  /// @param by the transactions that put the tables in their place
  static void repeat(Connection target, String migration, Collection<Long> by) throws SQLException {
    for (Row row : find(target, migration, by)) {
      try (var update = target.prepareStatement(REPEAT)) {
        update.setString(1, migration);
        update.setString(2, row.domain);
        update.setInt(3, row.generation);
        update.setInt(4, row.partition);
        update.executeUpdate();
      }
    }
  }

  private static List<Row> find(Connection target, String migration, Collection<Long> by)
      throws SQLException {
    var rows = new ArrayList<Row>();
    try (var query = target.prepareStatement(FIND)) {
      query.setString(1, migration);
      query.setArray(2, target.createArrayOf("bigint", by.toArray()));
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          rows.add(new Row(found.getString(1), found.getInt(2), found.getInt(3)));
        }
      }
    }
    return rows;
  }
}
