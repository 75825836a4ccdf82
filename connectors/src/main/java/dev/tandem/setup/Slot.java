package dev.tandem.setup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// A replication slot as it stands.
///
/// @param pid of the session that streams from it, 0 if none does
/// @param walStatus `reserved`, `extended`, `unreserved` or `lost`
/// @param invalidation why the server gave it up, empty if it did not
/// @param retained bytes of log that are kept for it
/// @param failover whether standbys keep a copy of it; before 17 no server can
/// @param catalogAge transactions since the oldest whose catalog rows are kept for it
record Slot(
    String name,
    String plugin,
    String database,
    int pid,
    String walStatus,
    String invalidation,
    long retained,
    long catalogAge,
    boolean failover) {
  // Some columns are new in later versions: read by name from a row of whatever columns there are.
  private static final String SQL =
      """
      SELECT slot_name, coalesce(plugin, ''), coalesce(database, ''), coalesce(active_pid, 0),
             coalesce(wal_status, ''),
             coalesce(to_jsonb(s) ->> 'invalidation_reason',
                      CASE WHEN wal_status = 'lost' THEN 'wal_removed' END, ''),
             coalesce(pg_wal_lsn_diff(
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                    ELSE pg_current_wal_lsn() END, restart_lsn), 0)::bigint,
             coalesce(age(catalog_xmin), 0)::bigint,
             coalesce((to_jsonb(s) ->> 'failover')::boolean, false)
        FROM pg_replication_slots s WHERE slot_name = ?""";

  static Optional<Slot> read(Connection connection, String name) throws SQLException {
    try (var query = connection.prepareStatement(SQL)) {
      query.setString(1, name);
      try (var row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Slot(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getInt(4),
                    row.getString(5),
                    row.getString(6),
                    row.getLong(7),
                    row.getLong(8),
                    row.getBoolean(9)))
            : Optional.empty();
      }
    }
  }

  boolean lost() {
    return !invalidation.isEmpty();
  }

  /// Whether it would be gone after a fail-over that its server could bring it through.
  boolean isLeftBehind(int major) {
    return major >= 17 && !failover;
  }

  /// The statement that makes one; on 17 and later it outlives a fail-over.
  static String create(String name, int major) {
    return "SELECT pg_create_logical_replication_slot('"
        + name
        + "', 'pgoutput', temporary => false"
        + (major >= 14 ? ", twophase => false" : "")
        + (major >= 17 ? ", failover => true" : "")
        + ")";
  }
}
