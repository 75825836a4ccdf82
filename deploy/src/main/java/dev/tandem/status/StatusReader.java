package dev.tandem.status;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.CaptureState;
import dev.tandem.capture.CaptureStateReader;
import dev.tandem.capture.Side;
import dev.tandem.clients.KafkaClients;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.SchemaRule;
import dev.tandem.generation.Generations;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.ledger.Uncompared;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.setup.GenerationTable;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Topics;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads where a migration stands. Not thread-safe; keeps its clients, so that it can be asked
/// every second.
public final class StatusReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusReader.class);
  // An older program's table lacks some of the columns.
  private static final String CHECKPOINTS =
      """
      SELECT domain, partition, outbox_offset,
             coalesce((to_jsonb(c) ->> 'hold_until')::timestamptz > clock_timestamp(), false),
             to_jsonb(c) ->> 'hold_by'
        FROM tandem.checkpoint c
       WHERE migration = ? AND to_jsonb(c) ->> 'tables_in' IS NULL""";

  private final MigrationPlan plan;
  private final PostgresAccess target;
  private final Clock clock;
  private final Admin admin;
  private final OutboxTail tail;
  private final Map<String, Object> kafka;
  private final CaptureStateReader captured;

  private final LedgerReader ledgerReader;
  private final Ledger ledger = new Ledger();
  private final DeadLetterCounts deadLetters;

  /// As they were when the target answered last.
  private Generations generations = Generations.NONE;

  /// Who holds the apply of a domain, by its name, when the target answered last.
  private final Map<String, String> heldFor = new HashMap<>();

  /// Made once its topic is there: a migration that an older program set up has none.
  private @Nullable CaptureStateReader observed;

  public StatusReader(
      MigrationPlan plan, PostgresAccess target, Map<String, Object> kafka, Clock clock) {
    this.plan = plan;
    this.target = target;
    this.kafka = Map.copyOf(kafka);
    this.clock = clock;
    this.admin = KafkaClients.admin(kafka);
    this.tail = new OutboxTail(kafka);
    this.deadLetters = new DeadLetterCounts(tail);
    this.ledgerReader = new LedgerReader(kafka, new Topics(plan.migration(), "").divergence());
    this.captured = new CaptureStateReader(kafka, new CaptureNames(plan.migration()));
  }

  /// @throws SQLException if the target does not answer
  /// @throws ExecutionException if Kafka does not
  public List<DomainStatus> read() throws SQLException, ExecutionException, InterruptedException {
    var status = new ArrayList<DomainStatus>();
    Map<String, Map<Integer, Long>> watermarks = watermarks();
    Map<String, Long> dead =
        deadLetters.read(plan.domains().stream().map(generations::live).toList());
    for (DomainPlan domain : generations.live(plan).domains()) {
      status.add(
          read(
              domain,
              watermarks.getOrDefault(domain.name(), Map.of()),
              dead.getOrDefault(domain.name(), 0L)));
    }
    return status;
  }

  private DomainStatus read(DomainPlan domain, Map<Integer, Long> watermarks, long deadLetters)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> read = translated(domain);
    long captured = 0;
    long translated = 0;
    long applied = 0;
    long oldest = Long.MAX_VALUE;
    for (int p = 0; p < domain.partitions(); p++) {
      var partition = new TopicPartition(domain.topics().outbox(), p);
      long end = tail.end(partition);
      var pending = tail.from(partition, watermarks.getOrDefault(p, -1L) + 1);
      captured += end;
      applied += end - pending.pending();
      translated += Math.min(end, read.getOrDefault(partition, 0L));
      oldest = pending.pending() == 0 ? oldest : Math.min(oldest, pending.oldest());
    }
    Duration behind =
        oldest == Long.MAX_VALUE
            ? Duration.ZERO
            : Duration.ofMillis(Math.max(0, clock.millis() - oldest));
    return new DomainStatus(
        domain.name(),
        captured,
        translated,
        applied,
        behind,
        deadLetters,
        heldFor.getOrDefault(domain.name(), ""));
  }

  private Map<TopicPartition, Long> translated(DomainPlan domain)
      throws ExecutionException, InterruptedException {
    String group = domain.topics().translateApplication();
    var offsets = new HashMap<TopicPartition, Long>();
    try {
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  offsets.put(partition, offset.offset());
                }
              });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof org.apache.kafka.common.errors.GroupIdNotFoundException)) {
        throw e;
      }
    }
    return offsets;
  }

  /// How many divergences are open, by domain and kind; empty if there is no ledger.
  public Optional<Map<String, Map<Kind, Long>>> openDivergences() {
    if (!ledgerReader.exists()) {
      return Optional.empty();
    }
    ledgerReader.toEnd(ledger::accept);
    try (var connection = target.connect()) {
      generations = GenerationTable.read(connection, plan.migration());
    } catch (SQLException away) {
      LOG.debug("generations are taken as they were", away);
    }
    return Optional.of(ledger.byDomain(generations));
  }

  /// Of which domains an empty ledger proves nothing.
  public List<Uncompared> uncompared() {
    return Uncompared.among(generations.live(plan).domains(), lag(), clock);
  }

  /// What the reconcilers have said within five minutes.
  public LagBook lag() {
    String topic = new Topics(plan.migration(), "").reconciliationLag();
    return LagReader.recent(kafka, topic, clock);
  }

  /// Where the capture of the legacy store and its sweeps stand.
  public SweepStatus capture() {
    return status(captured.read(), DomainPlan::baselines);
  }

  /// The last change of each legacy table's schema, for each domain that reads it, with what stands
  /// against it by the plan as it is now: after the spec was corrected, nothing does.
  public List<SchemaChanged> schemaChanges() {
    CaptureState state = captured.read();
    return SchemaNotices.last(kafka, plan.migration()).stream()
        .map(notice -> judged(notice, state.form(notice.table())))
        .toList();
  }

  /// Judged again where it is known how the rows come, and what the domain makes of them.
  private SchemaChanged judged(SchemaChanged notice, CaptureState.Note.@Nullable Form form) {
    return plan.domains().stream()
        .filter(domain -> domain.name().equals(notice.domain()) && !domain.entities().isEmpty())
        .filter(_ -> form != null && !notice.finding().isEmpty())
        .findFirst()
        .map(
            domain ->
                notice.judged(new SchemaRule(domain).judge(Objects.requireNonNull(form).rows())))
        .orElse(notice);
  }

  /// Where the capture of the target and its sweeps stand.
  ///
  /// @throws ExecutionException if Kafka does not answer
  public SweepStatus observe() throws ExecutionException, InterruptedException {
    var names = new CaptureNames(plan.migration(), Side.TARGET);
    if (observed == null && exists(names.offsets())) {
      observed = new CaptureStateReader(kafka, names);
    }
    CaptureState state = observed == null ? new CaptureState() : observed.read();
    return status(state, DomainPlan::targetTables);
  }

  private boolean exists(String topic) throws ExecutionException, InterruptedException {
    try {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  private SweepStatus status(CaptureState state, Function<DomainPlan, Set<TableId>> read) {
    var source = state.source();
    var unproven = state.unproven();
    var tables = new ArrayList<SweepStatus.Table>();
    plan.domains().stream()
        .flatMap(domain -> read.apply(domain).stream())
        .distinct()
        .sorted()
        .forEach(
            table -> {
              var sweep = state.sweep(table);
              tables.add(
                  sweep == null
                      ? new SweepStatus.Table(table.toString(), 0, 0, false)
                      : new SweepStatus.Table(
                          table.toString(), sweep.rows(), sweep.estimate(), sweep.ended()));
            });
    return new SweepStatus(
        source == null || source.proven() == null ? "" : source.proven().toString(),
        unproven == null ? Optional.empty() : Optional.of(unproven.reason()),
        tables);
  }

  /// Watermark by domain and partition, of the live generation.
  private Map<String, Map<Integer, Long>> watermarks() throws SQLException {
    var watermarks = new HashMap<String, Map<Integer, Long>>();
    try (var connection = target.connect();
        var exists = connection.prepareStatement("SELECT to_regclass('tandem.checkpoint')");
        var found = exists.executeQuery()) {
      heldFor.clear();
      if (!found.next() || found.getString(1) == null) {
        return watermarks;
      }
      generations = GenerationTable.read(connection, plan.migration());
      try (var statement = connection.prepareStatement(CHECKPOINTS)) {
        statement.setString(1, plan.migration());
        var rows = statement.executeQuery();
        while (rows.next()) {
          watermarks
              .computeIfAbsent(rows.getString(1), _ -> new HashMap<>())
              .put(rows.getInt(2), rows.getLong(3));
          if (rows.getBoolean(4)) {
            heldFor.put(rows.getString(1), rows.getString(5));
          }
        }
      }
    }
    return watermarks;
  }

  @Override
  public void close() {
    tail.close();
    captured.close();
    ledgerReader.close();
    if (observed != null) {
      observed.close();
    }
    admin.close(Duration.ofSeconds(5));
  }
}
