package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.ServerIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rule by which rows may be read from a standby (DESIGN invariant 7; C9): it is one of the
/// primary that is captured, on that primary's timeline, and its replay has come so far that its
/// snapshots see all that was visible on the primary when the sweep began or went on. So no page is
/// older than a horizon that was told before, and a deletion that was forgotten by then is seen.
final class ReplicaRule {
  /// Object not in the state that it has to be in: passes, so the sweep is tried again.
  private static final String BEHIND = "55006";

  private ReplicaRule() {}

  static boolean mayBeRead(Snapshot replica, Snapshot primary) {
    return replica.xmin() >= primary.xmin();
  }

  /// Waits for the replay, and says every few seconds for what.
  ///
  /// @param control asked while it waits
  /// @param standing progress that the control is asked with
  /// @return the lowest xmin that a page's snapshot may have, 0 where no replica is read; nothing
  ///     if the control did not let it go on
  /// @throws UnfitReplicaException if it is no standby of that primary
  static OptionalLong await(
      SweepStores stores, SweepControl control, SweepProgress standing, Consumer<String> waiting)
      throws SQLException, InterruptedException {
    PostgresAccess replica = stores.replica().orElse(null);
    if (replica == null) {
      return OptionalLong.of(0);
    }
    try (Connection primary = stores.primary().connect();
        Connection standby = replica.connect()) {
      Snapshot noted = ReplicationState.snapshot(primary);
      for (int i = 0; ; i++) {
        String lacking = lacking(primary, standby, noted);
        if (lacking == null) {
          return OptionalLong.of(noted.xmin());
        }
        if (i % 20 == 0) {
          waiting.accept("sweep waits for the replica " + lacking);
        }
        if (!control.goesOn(standing)) {
          return OptionalLong.empty();
        }
        Thread.sleep(Duration.ofMillis(250));
      }
    }
  }

  private static @Nullable String lacking(Connection primary, Connection standby, Snapshot noted)
      throws SQLException {
    Timelines timelines = timelines(primary, standby);
    if (!timelines.same()) {
      return timelines.text();
    }
    return mayBeRead(ReplicationState.snapshot(standby), noted)
        ? null
        : "to replay what was committed below transaction " + noted.xmin();
  }

  /// What each connection has to pass before pages are read with it: a list of hosts, or a pool,
  /// may lead to another server than the one that was waited for.
  ///
  /// @throws SQLException with an SQLSTATE that passes, if it is not known to follow the primary's
  ///     timeline
  /// @throws UnfitReplicaException if it is no standby of that primary
  static void check(Connection primary, Connection standby) throws SQLException {
    Timelines timelines = timelines(primary, standby);
    if (!timelines.same()) {
      throw new SQLException("legacy.replica: waits for the standby " + timelines.text(), BEHIND);
    }
  }

  /// Each page's own snapshot is looked at, whatever server gave it.
  ///
  /// @throws SQLException with an SQLSTATE that passes
  static void requireReplayed(Snapshot page, long floor) throws SQLException {
    if (page.xmin() < floor) {
      throw new SQLException(
          ("legacy.replica: the standby is behind: expected what was committed below transaction"
                  + " %d, found it replayed below %d; the page is read again once it has caught up")
              .formatted(floor, page.xmin()),
          BEHIND);
    }
  }

  /// A standby that is left on the timeline of before a failover may show transactions that the
  /// primary of now has lost. Its control file tells the timeline of its last restartpoint, so one
  /// that follows may be taken for one that does not, until the next.
  private record Timelines(int primary, int standby) {
    boolean same() {
      return primary == standby;
    }

    String text() {
      return ("to be on timeline %d of the primary, as of its last restartpoint it is on %d; fix, if"
              + " it stays so: CHECKPOINT on the standby, and if it does not follow the primary,"
              + " make it anew")
          .formatted(primary, standby);
    }
  }

  private static Timelines timelines(Connection primary, Connection standby) throws SQLException {
    ServerIdentity expected = ReplicationState.identity(primary);
    ServerIdentity found = ReplicationState.identity(standby);
    if (!expected.systemIdentifier().equals(found.systemIdentifier())
        || !expected.database().equals(found.database())) {
      throw new UnfitReplicaException(
          ("legacy.replica: expected a standby of cluster %s, database %s, found cluster %s,"
                  + " database %s")
              .formatted(
                  expected.systemIdentifier(),
                  expected.database(),
                  found.systemIdentifier(),
                  found.database()));
    }
    requireRecovery(standby);
    return new Timelines(expected.timeline(), found.timeline());
  }

  /// Once it is promoted, it goes its own way.
  static void requireRecovery(Connection standby) throws SQLException {
    if (!ReplicationState.isInRecovery(standby)) {
      throw new UnfitReplicaException(
          "legacy.replica: expected a standby, found a server that is not in recovery: it was"
              + " promoted, or is the primary; fix: name a standby, or leave replica out");
    }
  }
}
