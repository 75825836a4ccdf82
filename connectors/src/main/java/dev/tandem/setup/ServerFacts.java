package dev.tandem.setup;

import java.sql.Connection;
import java.sql.SQLException;

/// What a server says of itself and of the role that asks.
///
/// @param version as `server_version_num`
/// @param slots replication slots that exist
/// @param senders sessions that stream
/// @param replication whether the role may replicate: the attribute, or superuser
/// @param create whether the role may create in the database
/// @param keepBytes most log that a slot may retain, -1 without limit
record ServerFacts(
    int version,
    String database,
    String role,
    String walLevel,
    int slots,
    int maxSlots,
    int senders,
    int maxSenders,
    boolean replication,
    boolean create,
    long keepBytes) {
  private static final String SQL =
      """
      SELECT current_setting('server_version_num')::int, current_database(), current_user,
             current_setting('wal_level'),
             (SELECT count(*) FROM pg_replication_slots),
             current_setting('max_replication_slots')::int,
             (SELECT count(*) FROM pg_stat_replication),
             current_setting('max_wal_senders')::int,
             (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user),
             has_database_privilege(current_database(), 'CREATE'),
             (SELECT CASE WHEN setting = '-1' THEN -1 ELSE setting::bigint * 1048576 END
                FROM pg_settings WHERE name = 'max_slot_wal_keep_size')""";

  static ServerFacts read(Connection connection) throws SQLException {
    try (var query = connection.createStatement();
        var row = query.executeQuery(SQL)) {
      row.next();
      return new ServerFacts(
          row.getInt(1),
          row.getString(2),
          row.getString(3),
          row.getString(4),
          row.getInt(5),
          row.getInt(6),
          row.getInt(7),
          row.getInt(8),
          row.getBoolean(9),
          row.getBoolean(10),
          row.getLong(11));
    }
  }

  int major() {
    return version / 10_000;
  }
}
