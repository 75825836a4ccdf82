package dev.tandem.postgres;

import dev.tandem.position.Lsn;
import java.sql.SQLException;
import java.util.Optional;

/// Where a server's history left a timeline: each promotion of a standby begins a new one, and what
/// the former primary wrote behind that position is not part of it.
///
/// Source: PostgreSQL documentation, "Timelines"; the replication command `TIMELINE_HISTORY`.
public final class TimelineHistory {
  private TimelineHistory() {}

  /// @param now the timeline that the server stands on
  /// @param before an older one
  /// @return nothing if the server's history never was on it
  /// @throws SQLException if the server is away, or the role may not replicate
  public static Optional<Lsn> left(PostgresAccess store, int now, int before) throws SQLException {
    try (var connection = store.connectToReplicate();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("TIMELINE_HISTORY " + now)) {
      return rows.next() ? left(rows.getString(2), before) : Optional.empty();
    }
  }

  /// @param history lines of `timeline TAB position TAB reason`, the oldest first
  static Optional<Lsn> left(String history, int timeline) {
    return history
        .lines()
        .map(line -> line.strip().split("\\s+", 3))
        .filter(parts -> parts.length > 1 && parts[0].equals(Integer.toString(timeline)))
        .map(parts -> Lsn.parse(parts[1]))
        .findFirst();
  }
}
