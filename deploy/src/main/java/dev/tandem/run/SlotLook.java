package dev.tandem.run;

import dev.tandem.metrics.SlotGauges.Reading;
import dev.tandem.setup.SlotBudget;
import dev.tandem.spec.RetainedLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalLong;

/// What a server says of a slot, beside what is declared of it.
record SlotLook(Reading reading, SlotBudget budget) {
  private static final String READ =
      """
      SELECT s.slot_name IS NOT NULL, coalesce(s.active, false), coalesce(s.wal_status, ''),
             coalesce(pg_wal_lsn_diff(
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
               s.restart_lsn), 0)::bigint,
             (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
        FROM (SELECT) one LEFT JOIN pg_replication_slots s ON s.slot_name = ?\
      """;

  /// Asked of the server once more in the same statement, which fails where somebody comes to read
  /// in between. A slot of that name in another database is somebody else's.
  private static final String DROP =
      """
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
       WHERE slot_name = ? AND database = current_database() AND NOT active
         AND pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > ?\
      """;

  static SlotLook read(Connection connection, String slot, RetainedLog declared)
      throws SQLException {
    try (var query = connection.prepareStatement(READ)) {
      query.setString(1, slot);
      try (var row = query.executeQuery()) {
        row.next();
        String status = row.getString(3);
        boolean safe = row.getBoolean(1) && !status.equals("unreserved") && !status.equals("lost");
        long keep = row.getLong(5);
        var budget =
            new SlotBudget(declared, keep < 0 ? OptionalLong.empty() : OptionalLong.of(keep << 20));
        OptionalLong limit = budget.limit();
        return new SlotLook(
            new Reading(
                row.getBoolean(2),
                safe,
                row.getLong(4),
                limit.isPresent() ? limit.getAsLong() : Double.POSITIVE_INFINITY,
                budget.alarm()),
            budget);
      }
    }
  }

  /// Drops the slot if it still retains more than so many bytes and nobody reads it.
  ///
  /// @return whether it did
  static boolean drop(Connection connection, String slot, long budget) throws SQLException {
    try (var query = connection.prepareStatement(DROP)) {
      query.setString(1, slot);
      query.setLong(2, budget);
      try (var dropped = query.executeQuery()) {
        return dropped.next();
      }
    }
  }
}
