package dev.tandem.setup;

import java.sql.Connection;
import java.sql.SQLException;

/// Which transactions run on a server, for the message of one who waited for them in vain.
final class Blockers {
  private static final String SQL =
      """
      SELECT string_agg(format('pid %s (%s, since %s)', pid,
                               coalesce(nullif(application_name, ''), usename::text), xact_start), ', '
                        ORDER BY xact_start)
        FROM (SELECT * FROM pg_stat_activity
               WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'
               ORDER BY xact_start LIMIT 5) AS oldest""";

  private Blockers() {}

  static String read(Connection connection) {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(SQL)) {
      row.next();
      String found = row.getString(1);
      return found == null ? "none that this role may see" : found;
    } catch (SQLException e) {
      return "unknown (" + e.getMessage() + ")";
    }
  }
}
