package dev.tandem.aligned;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where one partition of the target stands, as its checkpoint says.
///
/// @param watermark outbox offset up to which whole transactions are applied
/// @param settled whether the target stands exactly there
/// @param contractOffset of the last contract record applied
/// @param sequence of the last contract record applied
record Standing(long watermark, boolean settled, long contractOffset, long sequence) {
  private static final String READ =
      "SELECT partition, outbox_offset, settled AND skipping_until IS NULL, contract_offset,"
          + " sequence FROM tandem.checkpoint"
          + " WHERE migration = ? AND domain = ? AND generation = ?";

  /// Of each partition of a generation, in the connection's transaction.
  static SortedMap<Integer, Standing> read(Connection target, Sides sides) throws SQLException {
    var standing = new TreeMap<Integer, Standing>();
    try (var query = target.prepareStatement(READ)) {
      query.setString(1, sides.live().topics().migration());
      query.setString(2, sides.live().name());
      query.setInt(3, sides.live().generation());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          standing.put(
              rows.getInt(1),
              new Standing(rows.getLong(2), rows.getBoolean(3), rows.getLong(4), rows.getLong(5)));
        }
      }
    }
    return standing;
  }
}
