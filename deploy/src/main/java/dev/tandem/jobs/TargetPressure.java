package dev.tandem.jobs;

import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.jobs.StoreMeasures.Live;
import dev.tandem.run.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/// Measures what applying a generation beside the live one endangers: how long the target takes to
/// commit, the log that its slot retains and that its standbys have not replayed, and what queues
/// before the live tables, to be applied or compared. A queue that nobody works at is in nobody's
/// way. The target is asked over one connection a measurement. Not thread-safe.
final class TargetPressure implements AutoCloseable {
  /// Names of the system properties that set other budgets than the usual ones.
  private static final String COMMIT = "tandem.rebuild.commit-ms";

  private static final String STANDBY = "tandem.rebuild.standby-mb";

  /// What a commit in the target may take, milliseconds.
  private static final long LONGEST_COMMIT = 1_000;

  /// Log that a standby of the target may have to replay, megabytes.
  private static final long MOST_BEHIND = 1_024;

  private static final long MEGABYTE = 1 << 20;

  /// A transaction that changes nothing, and is committed as any other.
  private static final String COMMITTED = "SELECT pg_logical_emit_message(true, 'tandem', 'pace')";

  /// Of others than Tandem's own role only what that may see.
  private static final String STANDBYS =
      """
      SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::bigint
        FROM pg_stat_replication sender
       WHERE replay_lsn IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM pg_replication_slots slot
                          WHERE slot.active_pid = sender.pid AND slot.slot_type = 'logical')""";

  private final Migration migration;
  private final String domain;
  private final StoreMeasures measures;
  private final CommitTimes commits = new CommitTimes();

  TargetPressure(Migration migration, String domain) {
    this.migration = migration;
    this.domain = domain;
    this.measures = new StoreMeasures(migration);
  }

  /// What cannot be measured is an alarm.
  Facts facts() {
    try {
      var found = new ArrayList<Measure>();
      Live live;
      String alarm;
      try (Connection target = migration.stores().target().connectBriefly()) {
        live = measures.live(target, domain);
        found.add(commit(target));
        standbys(target, found);
        alarm = measures.slot(target, found);
      }
      if (measures.isApplied(live)) {
        found.add(unflowing(measures.waiting(live)));
      }
      measures.uncompared(live).map(TargetPressure::unflowing).ifPresent(found::add);
      return new Facts(found, alarm);
    } catch (SQLException | KafkaException away) {
      return new Facts(List.of(), "cannot be measured: " + away.getMessage());
    }
  }

  private Measure commit(Connection target) throws SQLException {
    long begun = System.nanoTime();
    try (var statement = target.createStatement()) {
      statement.execute(COMMITTED);
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    return new Measure(
        "commit in the target", commits.of(millis), Long.getLong(COMMIT, LONGEST_COMMIT), "ms");
  }

  private static void standbys(Connection target, List<Measure> into) throws SQLException {
    try (var statement = target.createStatement();
        var row = statement.executeQuery(STANDBYS)) {
      row.next();
      long behind = row.getLong(1);
      if (!row.wasNull()) {
        into.add(
            new Measure(
                "log that a standby of the target has not replayed",
                Math.max(0, behind) / MEGABYTE,
                Long.getLong(STANDBY, MOST_BEHIND),
                "MB"));
      }
    }
  }

  /// What a generation beside the live one writes goes through none of these queues.
  private static Measure unflowing(Measure queue) {
    return new Measure(queue.what(), queue.used(), queue.budget(), queue.unit());
  }

  @Override
  public void close() {
    measures.close();
  }
}
