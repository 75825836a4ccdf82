package dev.tandem.jobs;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.capture.SweepGate;
import dev.tandem.clients.KafkaClients;
import dev.tandem.job.JobOrder;
import dev.tandem.job.PressureRule;
import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.job.PressureRule.Pressure;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures what a sweep endangers: the log that the slot of the store it reads retains, how far
/// the standby is behind that it reads instead, how many records of the outbox wait to be applied,
/// since live changes queue behind swept rows, and how many of the outbox and of what was observed
/// wait to be compared, since the verdicts on live changes queue there too. A full disk or a slow
/// target shows as such a queue. Measured at most every second; what cannot be measured holds the
/// sweep. Used by one thread.
public final class StorePressure implements SweepGate {
  private static final Logger LOG = LoggerFactory.getLogger(StorePressure.class);

  /// Names of the system properties that set other budgets than the usual ones.
  private static final String BACKLOG = "tandem.jobs.backlog";

  private static final String UNCOMPARED = "tandem.jobs.uncompared";

  private static final String RETAINED = "tandem.jobs.retained-mb";

  private static final String REPLICA = "tandem.jobs.replica-mb";

  /// Log that a standby that is read may have to replay, megabytes.
  private static final long MOST_BEHIND = 1_024;

  /// Records of a domain's outbox that may wait to be applied.
  private static final long MOST_WAITING = 100_000;

  /// Records of a domain's outbox and observed topic that may wait to be compared.
  private static final long MOST_UNCOMPARED = 100_000;

  /// Log that a slot may retain where the server sets no limit, megabytes.
  private static final long MOST_RETAINED = 10_240;

  /// A slot that uses half of what the server allows is in the way: the rest is the server's.
  private static final double SHARE_OF_LIMIT = 0.5;

  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration WITHIN = Duration.ofSeconds(5);
  private static final long MEGABYTE = 1 << 20;
  private static final String SLOT =
      """
      SELECT coalesce(wal_status, ''),
             coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint,
             (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
        FROM pg_replication_slots WHERE slot_name = ?""";

  private final Migration migration;
  private final Side side;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Comparison comparison;
  private final Queues queues = new Queues();

  /// By domain.
  private final Map<String, Pressure> pressure = new HashMap<>();

  private final Map<String, Long> measuredAt = new HashMap<>();

  /// When was looked whether a job has been applied, by job.
  private final Map<String, Long> lookedAt = new HashMap<>();

  /// @param side whose store is swept
  public StorePressure(Migration migration, Side side) {
    this.migration = migration;
    this.side = side;
    var config = new HashMap<>(migration.kafka().objects());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    consumer = KafkaClients.consumer(config);
    comparison = new Comparison(migration.kafka().objects());
  }

  @Override
  public Answer ask(JobOrder order) {
    Pressure now = pressure(order.domain());
    return switch (now.level()) {
      case FREE -> new Answer.Go();
      case SLOW -> new Answer.Slow(now.reason(), now.rate());
      case HOLD -> new Answer.Hold(now.reason());
    };
  }

  /// Looked at once a second.
  @Override
  public boolean hasApplied(JobOrder order, SortedMap<Integer, Long> offsets) {
    long now = System.nanoTime();
    Long looked = lookedAt.get(order.id());
    if (looked != null && now - looked < FRESH.toNanos()) {
      return false;
    }
    lookedAt.put(order.id(), now);
    try {
      Map<Integer, Long> applied = applied(plan(order.domain()));
      return offsets.entrySet().stream()
          .allMatch(each -> applied.getOrDefault(each.getKey(), -1L) >= each.getValue());
    } catch (SQLException away) {
      LOG.warn("not known whether job {} was applied: {}", order.id(), away.getMessage());
      return false;
    }
  }

  private DomainPlan plan(String domain) throws SQLException {
    return migration.generations().live(migration.plan()).domains().stream()
        .filter(it -> it.name().equals(domain))
        .findFirst()
        .orElseThrow();
  }

  private Pressure pressure(String domain) {
    long now = System.nanoTime();
    Long measured = measuredAt.get(domain);
    Pressure before = pressure.getOrDefault(domain, Pressure.NONE);
    if (measured != null && now - measured < FRESH.toNanos()) {
      return before;
    }
    Pressure found = PressureRule.judge(facts(domain), before);
    pressure.put(domain, found);
    measuredAt.put(domain, System.nanoTime());
    return found;
  }

  private Facts facts(String domain) {
    try {
      DomainPlan plan = plan(domain);
      var measures = new ArrayList<Measure>();
      String alarm = slot(measures);
      measures.add(waiting(plan));
      uncompared(plan).ifPresent(measures::add);
      if (side == Side.LEGACY && migration.stores().replica().isPresent()) {
        measures.add(behind(migration.stores().replica().get()));
      }
      return new Facts(measures, alarm);
    } catch (SQLException | KafkaException away) {
      return new Facts(List.of(), "cannot be measured: " + away.getMessage());
    }
  }

  private String slot(List<Measure> measures) throws SQLException {
    String name = new CaptureNames(migration.name(), side).slot();
    PostgresAccess store =
        switch (side) {
          case LEGACY -> migration.stores().legacy();
          case TARGET -> migration.stores().target();
        };
    try (Connection connection = store.connect();
        var query = connection.prepareStatement(SLOT)) {
      query.setString(1, name);
      try (var row = query.executeQuery()) {
        if (!row.next()) {
          return "replication slot " + name + " is not there";
        }
        long limit = row.getLong(3);
        long budget =
            limit < 0
                ? Long.getLong(RETAINED, MOST_RETAINED)
                : Math.max(1, (long) (limit * SHARE_OF_LIMIT));
        measures.add(
            new Measure("log retained by slot " + name, row.getLong(2) / MEGABYTE, budget, "MB"));
        String status = row.getString(1);
        return status.equals("unreserved") || status.equals("lost")
            ? "replication slot " + name + " is in danger: wal_status is " + status
            : "";
      }
    }
  }

  /// How far the replay of the standby that is read is behind its primary.
  private Measure behind(PostgresAccess replica) throws SQLException {
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

  private Measure waiting(DomainPlan plan) throws SQLException {
    Map<Integer, Long> applied = applied(plan);
    String topic = plan.topics().outbox();
    var partitions =
        IntStream.range(0, plan.partitions()).mapToObj(p -> new TopicPartition(topic, p)).toList();
    long taken = 0;
    long put = 0;
    for (var end : consumer.endOffsets(partitions, WITHIN).entrySet()) {
      long from = applied.getOrDefault(end.getKey().partition(), -1L) + 1;
      taken += Math.min(from, end.getValue());
      put += end.getValue();
    }
    return queues.measure(
        new Queues.Name(
            "of " + topic + " not yet applied to the target", Long.getLong(BACKLOG, MOST_WAITING)),
        new Queues.Look(taken, put, System.nanoTime()));
  }

  private Optional<Measure> uncompared(DomainPlan plan) throws SQLException {
    var live = migration.generations().topics(migration.name(), plan.name());
    return comparison
        .standing(live)
        .map(
            standing ->
                queues.measure(
                    new Queues.Name(
                        "of " + live.outbox() + " and " + live.observed() + " not yet compared",
                        Long.getLong(UNCOMPARED, MOST_UNCOMPARED)),
                    new Queues.Look(standing.read(), standing.end(), System.nanoTime())));
  }

  /// Of the generation that is live: another one may be removed any time.
  private Map<Integer, Long> applied(DomainPlan plan) throws SQLException {
    try (Connection target = migration.stores().target().connect()) {
      var live = GenerationTable.read(target, migration.name()).live(plan.name());
      return GenerationTable.watermarks(target, migration.name(), live);
    }
  }

  @Override
  public void close() {
    consumer.close();
    comparison.close();
  }
}
