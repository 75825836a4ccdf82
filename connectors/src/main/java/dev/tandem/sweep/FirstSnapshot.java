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
final class FirstSnapshot {
  private FirstSnapshot() {}

  static boolean mayBeTaken(Snapshot now, long visibleFrom) {
    return now.xmin() >= visibleFrom;
  }

  /// Waits, and says every few seconds for whom.
  static void await(
      PostgresAccess access, TableId table, long visibleFrom, Consumer<String> waiting)
      throws SQLException, InterruptedException {
    try (Connection connection = access.connect()) {
      for (int i = 0; !mayBeTaken(ReplicationState.snapshot(connection), visibleFrom); i++) {
        if (i % 50 == 0) {
          waiting.accept(
              "sweep of "
                  + table
                  + " waits for transactions older than its publication (below "
                  + visibleFrom
                  + ") to end: "
                  + ReplicationState.running(connection));
        }
        Thread.sleep(Duration.ofMillis(100));
      }
    }
  }
}
