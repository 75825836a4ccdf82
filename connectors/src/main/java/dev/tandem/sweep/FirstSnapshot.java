package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/// The rule for a table's first snapshot (DESIGN invariant 7; C10, C11): it is taken only when
/// every transaction is visible that began before the slot existed and the publication had
/// committed. What such a transaction changed may not be in the stream, so the sweep has to see it.
/// And where an outbox may be cut off before a sweep, every transaction that began before the
/// outbox said that the sweep begins (invariant 14; C15): what it changed may stand before, and be
/// cut off.
final class FirstSnapshot {
  private static final String BLOCKERS =
      """
      SELECT string_agg(format('pid %s (%s, transaction %s since %s)',
                               pid, coalesce(nullif(application_name, ''), usename::text),
                               backend_xid, xact_start), '; ')
        FROM pg_stat_activity WHERE backend_xid IS NOT NULL""";

  private FirstSnapshot() {}

  static boolean mayBeTaken(Snapshot now, long visibleFrom) {
    return now.xmin() >= visibleFrom;
  }

  /// What is waited for.
  ///
  /// @param visibleFrom every transaction with a lower id has to be visible
  /// @param said is told every few seconds for whom
  record Waiting(TableId table, long visibleFrom, Consumer<String> said) {}

  /// Whether one wants to go on waiting.
  interface Patience {
    boolean lasts() throws InterruptedException;
  }

  /// @return whether it may be taken; if not, the patience has ended
  static boolean await(PostgresAccess access, Waiting waiting, Patience patience)
      throws SQLException, InterruptedException {
    try (Connection connection = access.connect()) {
      for (int i = 0;
          !mayBeTaken(ReplicationState.snapshot(connection), waiting.visibleFrom);
          i++) {
        if (i % 50 == 0) {
          waiting.said.accept(
              "sweep of "
                  + waiting.table
                  + " waits for transactions that began before it (below "
                  + waiting.visibleFrom
                  + ") to end: "
                  + blockers(connection));
        }
        if (!patience.lasts()) {
          return false;
        }
        Thread.sleep(Duration.ofMillis(100));
      }
      return true;
    }
  }

  private static String blockers(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(BLOCKERS)) {
      row.next();
      String text = row.getString(1);
      return text == null ? "none is shown to this user; a prepared transaction, perhaps" : text;
    }
  }
}
