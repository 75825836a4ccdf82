package dev.tandem.jobs;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.generation.Generations;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.SlotBudget;
import dev.tandem.spec.RetainedLog;
import dev.tandem.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// What of the stores, and of the queues before the live tables, is measured against a budget; each
/// with the name of the system property that sets another one than the usual. Not thread-safe.
final class StoreMeasures implements AutoCloseable {
  private static final String BACKLOG = "tandem.jobs.backlog";

  private static final String UNCOMPARED = "tandem.jobs.uncompared";

  private static final String RETAINED = "tandem.jobs.retained-mb";

  private static final String REPLICA = "tandem.jobs.replica-mb";

  private static final String COMMIT = "tandem.jobs.commit-ms";

  private static final String STANDBY = "tandem.jobs.standby-mb";

  /// What a commit in the target may take, milliseconds.
  private static final long LONGEST_COMMIT = 1_000;

  /// Log that a standby may have to replay, megabytes.
  private static final long MOST_BEHIND = 1_024;

  /// Records of a domain's outbox that may wait to be applied.
  private static final long MOST_WAITING = 100_000;

  /// Records of a domain's outbox and observed topic that may wait to be compared.
  private static final long MOST_UNCOMPARED = 100_000;

  /// Log that a slot may retain where the server sets no limit, megabytes.
  private static final long MOST_RETAINED = 10_240;

  /// A slot that uses half of what the server allows is in the way: the rest is the server's.
  private static final double SHARE_OF_LIMIT = 0.5;

  private static final Duration WITHIN = Duration.ofSeconds(5);
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

  private static final String SLOT =
      """
      SELECT coalesce(wal_status, ''),
             coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint,
             (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
        FROM pg_replication_slots WHERE slot_name = ?\
      """;

  private final Migration migration;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Comparison comparison;
  private final Queues queues = new Queues();
  private final CommitTimes commits = new CommitTimes();

  StoreMeasures(Migration migration) {
    this.migration = migration;
    consumer = KafkaClients.consumer(ReadConfig.following(migration.kafka().objects()));
    comparison = new Comparison(migration.kafka().objects());
  }

  /// A domain's live generation, read once for all that is measured of it.
  ///
  /// @param plan of the domain, as that generation has it
  /// @param topics of that generation
  /// @param applied the outbox offset that it has been applied up to, by partition
  record Live(DomainPlan plan, Topics topics, Map<Integer, Long> applied) {}

  /// @param target in no transaction
  Live live(Connection target, String domain) throws SQLException {
    Generations generations = GenerationTable.read(target, migration.name());
    DomainPlan plan =
        generations.live(migration.plan()).domains().stream()
            .filter(it -> it.name().equals(domain))
            .findFirst()
            .orElseThrow();
    return new Live(
        plan,
        generations.topics(migration.name(), domain),
        GenerationTable.watermarks(target, migration.name(), generations.live(domain)));
  }

  /// Whether somebody applies to the live tables.
  boolean isApplied(Live live) {
    return comparison.isAtWork(live.plan.topics().applyGroup(live.plan.generation()));
  }

  /// How long the target takes to commit.
  Measure commit(Connection target) throws SQLException {
    long begun = System.nanoTime();
    try (var statement = target.createStatement()) {
      statement.execute(COMMITTED);
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    return new Measure(
        "commit in the target", commits.of(millis), Long.getLong(COMMIT, LONGEST_COMMIT), "ms");
  }

  /// How far the standby of a store is behind that is furthest behind; empty where there is none.
  Optional<Measure> standby(Connection store, Side side) throws SQLException {
    String name =
        switch (side) {
          case LEGACY -> "legacy store";
          case TARGET -> "target";
        };
    try (var statement = store.createStatement();
        var row = statement.executeQuery(STANDBYS)) {
      row.next();
      long behind = row.getLong(1);
      return row.wasNull()
          ? Optional.empty()
          : Optional.of(
              new Measure(
                  "log that a standby of the " + name + " has not replayed",
                  Math.max(0, behind) / MEGABYTE,
                  Long.getLong(STANDBY, MOST_BEHIND),
                  "MB"));
    }
  }

  /// Measures the log that a slot retains.
  ///
  /// @param store in which the slot is
  /// @param side whose capture reads it
  /// @return what must not go on whatever the budgets say; empty for nothing
  String slot(Connection store, Side side, List<Measure> measures) throws SQLException {
    String name = new CaptureNames(migration.name(), side).slot();
    try (var query = store.prepareStatement(SLOT)) {
      query.setString(1, name);
      try (var row = query.executeQuery()) {
        if (!row.next()) {
          return "replication slot " + name + " is not there";
        }
        long budget = retained(migration.stores().retained().of(side), row.getLong(3));
        measures.add(
            new Measure("log retained by slot " + name, row.getLong(2) / MEGABYTE, budget, "MB"));
        String status = row.getString(1);
        return status.equals("unreserved") || status.equals("lost")
            ? "replication slot " + name + " is in danger: wal_status is " + status
            : "";
      }
    }
  }

  /// Megabytes that a slot may retain while a job runs.
  ///
  /// @param limit of the server, megabytes; negative for none
  static long retained(RetainedLog declared, long limit) {
    if (declared.budget().isPresent()) {
      var server = limit < 0 ? OptionalLong.empty() : OptionalLong.of(limit * MEGABYTE);
      return Math.max(1, new SlotBudget(declared, server).alarm() / MEGABYTE);
    }
    return limit < 0
        ? Long.getLong(RETAINED, MOST_RETAINED)
        : Math.max(1, (long) (limit * SHARE_OF_LIMIT));
  }

  /// How far the replay of the standby that is read is behind its primary.
  Measure behind(PostgresAccess replica) throws SQLException {
    try (Connection primary = migration.stores().legacy().connect();
        Connection standby = replica.connect()) {
      Lsn replayed = ReplicationState.replayed(standby);
      Lsn written = ReplicationState.written(primary);
      return new Measure(
          "log that the replica has not replayed",
          Math.max(0, written.value() - replayed.value()) / MEGABYTE,
          Long.getLong(REPLICA, MOST_BEHIND),
          "MB");
    }
  }

  /// Records of a domain's outbox that wait to be applied to the live tables.
  Measure waiting(Live live) {
    String topic = live.plan.topics().outbox();
    var partitions =
        IntStream.range(0, live.plan.partitions())
            .mapToObj(p -> new TopicPartition(topic, p))
            .toList();
    long taken = 0;
    long put = 0;
    for (var end : consumer.endOffsets(partitions, WITHIN).entrySet()) {
      long from = live.applied.getOrDefault(end.getKey().partition(), -1L) + 1;
      taken += Math.min(from, end.getValue());
      put += end.getValue();
    }
    return queues.measure(
        new Queues.Name(
            "of " + topic + " not yet applied to the target", Long.getLong(BACKLOG, MOST_WAITING)),
        new Queues.Look(taken, put, System.nanoTime()));
  }

  /// Records that wait to be compared with the live tables, where a reconciler is at work.
  Optional<Measure> uncompared(Live live) {
    return comparison
        .standing(live.topics)
        .map(
            standing ->
                queues.measure(
                    new Queues.Name(
                        "of "
                            + live.topics.outbox()
                            + " and "
                            + live.topics.observed()
                            + " not yet compared",
                        Long.getLong(UNCOMPARED, MOST_UNCOMPARED)),
                    new Queues.Look(standing.read(), standing.end(), System.nanoTime())));
  }

  @Override
  public void close() {
    consumer.close();
    comparison.close();
  }
}
