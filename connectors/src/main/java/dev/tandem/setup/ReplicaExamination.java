package dev.tandem.setup;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.setup.Finding.Area;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Whether a standby of the legacy store can be read by sweeps.
public final class ReplicaExamination {
  private static final String SUBJECT = "legacy.replica";
  private static final String SETTINGS =
      """
      SELECT current_setting('hot_standby_feedback'),
             current_setting('max_standby_streaming_delay')""";

  private ReplicaExamination() {}

  public static List<Finding> examine(PostgresAccess primary, PostgresAccess replica) {
    var findings = new ArrayList<Finding>();
    try (Connection standby = replica.connect()) {
      findings.add(role(standby));
      findings.add(conflicts(standby));
      try (Connection captured = primary.connect()) {
        findings.add(cluster(captured, standby));
      }
    } catch (SQLException | IllegalArgumentException e) {
      findings.add(
          Finding.failure(
              Area.LEGACY,
              SUBJECT,
              "cannot be looked at: " + e.getMessage(),
              "start it, or correct legacy.replica"));
    }
    return findings;
  }

  private static Finding role(Connection standby) throws SQLException {
    return ReplicationState.isInRecovery(standby)
        ? Finding.ok(Area.LEGACY, SUBJECT, "a standby")
        : Finding.failure(
            Area.LEGACY,
            SUBJECT,
            "expected a standby, found a server that is not in recovery",
            "name a standby of the legacy store, or leave replica out");
  }

  private static Finding cluster(Connection captured, Connection standby) throws SQLException {
    var expected = ReplicationState.identity(captured);
    var found = ReplicationState.identity(standby);
    boolean same =
        expected.systemIdentifier().equals(found.systemIdentifier())
            && expected.database().equals(found.database());
    if (same) {
      return timeline(expected, found);
    }
    return Finding.failure(
        Area.LEGACY,
        SUBJECT,
        "expected cluster "
            + expected.systemIdentifier()
            + ", database "
            + expected.database()
            + ", found cluster "
            + found.systemIdentifier()
            + ", database "
            + found.database(),
        "name a standby of the legacy store");
  }

  /// A standby tells the timeline of its last restartpoint: one that follows the primary through a
  /// failover comes to it later.
  private static Finding timeline(ServerIdentity expected, ServerIdentity found) {
    return expected.timeline() == found.timeline()
        ? Finding.ok(Area.LEGACY, SUBJECT, "of cluster " + found.systemIdentifier())
        : Finding.warning(
            Area.LEGACY,
            SUBJECT,
            "expected timeline %d of the primary, found %d as of its last restartpoint: sweeps wait"
                .formatted(expected.timeline(), found.timeline()),
            "CHECKPOINT on the standby; if it stays so, it does not follow the primary: make it"
                + " anew");
  }

  /// Without feedback the primary removes rows that a page still reads, and the page is cancelled
  /// once the standby has waited for it; with it the primary keeps them for as long as a page is
  /// read.
  private static Finding conflicts(Connection standby) throws SQLException {
    try (var statement = standby.createStatement();
        var row = statement.executeQuery(SETTINGS)) {
      row.next();
      String delay = row.getString(2);
      return row.getBoolean(1)
          ? Finding.ok(Area.LEGACY, SUBJECT, "hot_standby_feedback is on")
          : Finding.warning(
              Area.LEGACY,
              SUBJECT,
              "hot_standby_feedback is off: pages that read what the primary removes are cancelled"
                  + " after max_standby_streaming_delay, "
                  + delay
                  + ", and read again",
              "set hot_standby_feedback = on at the standby, or a longer"
                  + " max_standby_streaming_delay");
    }
  }
}
