package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.ServerIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/// The rule by which rows may be read from a standby (DESIGN invariant 7; C9): it is one of the
/// primary that is captured, and its replay has come so far that its snapshots see all that was
/// visible on the primary when the sweep began or went on. So no page is older than a horizon that
/// was told before, and a deletion that was forgotten by then is seen.
final class ReplicaRule {
  private ReplicaRule() {}

  static boolean mayBeRead(Snapshot replica, Snapshot primary) {
    return replica.xmin() >= primary.xmin();
  }

  /// Waits for the replay, and says every few seconds for what.
  ///
  /// @throws IllegalArgumentException if it is no standby of that primary
  static void await(SweepStores stores, Consumer<String> waiting)
      throws SQLException, InterruptedException {
    PostgresAccess replica = stores.replica().orElse(null);
    if (replica == null) {
      return;
    }
    try (Connection primary = stores.primary().connect();
        Connection standby = replica.connect()) {
      check(primary, standby);
      Snapshot noted = ReplicationState.snapshot(primary);
      for (int i = 0; !mayBeRead(ReplicationState.snapshot(standby), noted); i++) {
        if (i % 50 == 0) {
          waiting.accept(
              "sweep waits for the replica to replay what was committed below transaction "
                  + noted.xmin());
        }
        Thread.sleep(Duration.ofMillis(100));
      }
    }
  }

  private static void check(Connection primary, Connection standby) throws SQLException {
    ServerIdentity expected = ReplicationState.identity(primary);
    ServerIdentity found = ReplicationState.identity(standby);
    if (!expected.systemIdentifier().equals(found.systemIdentifier())
        || !expected.database().equals(found.database())) {
      throw new IllegalArgumentException(
          ("legacy.replica: expected a standby of cluster %s, database %s, found cluster %s,"
                  + " database %s")
              .formatted(
                  expected.systemIdentifier(),
                  expected.database(),
                  found.systemIdentifier(),
                  found.database()));
    }
    requireRecovery(standby);
  }

  /// Once it is promoted, it goes its own way.
  static void requireRecovery(Connection standby) throws SQLException {
    if (!ReplicationState.isInRecovery(standby)) {
      throw new IllegalArgumentException(
          "legacy.replica: expected a standby, found a server that is not in recovery: it was"
              + " promoted, or is the primary; fix: name a standby, or leave replica out");
    }
  }
}
