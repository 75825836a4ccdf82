package dev.tandem.jobs;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.CaptureState;
import dev.tandem.capture.CaptureStateReader;
import dev.tandem.capture.Side;
import dev.tandem.generation.Generations;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules;
import dev.tandem.job.JobTables;
import dev.tandem.job.SweepReport;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads how jobs stand, from Kafka alone, so that any machine can ask. Not thread-safe; keeps its
/// clients, so that it can be asked every second.
public final class JobReader implements AutoCloseable {
  /// So long a note tells of now, microseconds.
  private static final long STALE = 30_000_000;

  private final MigrationPlan plan;
  private final Map<String, Object> kafka;
  private final Clock clock;
  private final Generations generations;
  private final OrderBook orders;
  private final CaptureStateReader legacy;
  private final CaptureStateReader target;
  private final LagBook lags = new LagBook();
  private final LagReader lagReader;
  private final LedgerReader ledgerReader;
  private final Ledger ledger = new Ledger();

  /// By job.
  private final Map<String, JobFindings> findings = new HashMap<>();

  private final Map<String, ContractWrites> writes = new HashMap<>();

  /// @param generations that tell what is live
  public JobReader(
      MigrationPlan plan, Map<String, Object> kafka, Clock clock, Generations generations) {
    this.plan = plan;
    this.generations = generations;
    this.kafka = Map.copyOf(kafka);
    this.clock = clock;
    var own = new Topics(plan.migration(), "");
    orders = new OrderBook(kafka, own.control());
    legacy = new CaptureStateReader(kafka, new CaptureNames(plan.migration(), Side.LEGACY));
    target = new CaptureStateReader(kafka, new CaptureNames(plan.migration(), Side.TARGET));
    lagReader = new LagReader(kafka, own.reconciliationLag(), clock, lags);
    ledgerReader = new LedgerReader(kafka, own.divergence());
  }

  public List<JobOrder> orders() {
    return orders.read();
  }

  /// The jobs that are meant, the oldest first. Of what they have written to the target nothing is
  /// said: that is a look at all that was written since ([#withWrites]).
  public List<JobStatus> read(Predicate<JobOrder> meant) {
    CaptureState ofLegacy = legacy.read();
    CaptureState ofTarget = target.read();
    lagReader.toEnd();
    List<JobOrder> all = orders.read().stream().filter(meant).toList();
    // What nobody asks for any more is not followed.
    findings.keySet().retainAll(all.stream().map(JobOrder::id).toList());
    all.forEach(order -> findings(order, ended(order, ofLegacy.seal(order.id()))));
    ledgerReader.toEnd(
        entry -> {
          ledger.accept(entry);
          if (Ledger.isOfLive(entry, generations)) {
            findings.values().forEach(each -> each.accept(entry));
          }
        });
    return all.stream().map(order -> status(order, ofLegacy, ofTarget)).toList();
  }

  private void findings(JobOrder order, long ended) {
    JobFindings known = findings.get(order.id());
    JobFindings of = known == null ? new JobFindings(order) : known;
    findings.put(order.id(), of);
    if (of.endedAt(ended) || known == null) {
      ledger.open(generations).forEach(of::accept);
    }
  }

  /// When nothing more is found for it, microseconds since 1970-01-01T00:00Z: it was compared, it
  /// was cancelled, or its time was over. 0 where something may be.
  private long ended(JobOrder order, CaptureState.Note.@Nullable Seal seal) {
    if (seal != null && seal.comparedAt() > 0) {
      return seal.comparedAt();
    }
    if (order.wanted() == JobOrder.Wanted.CANCEL) {
      return order.asked().at();
    }
    return order.isOverdue(now())
        ? order.deadline().map(it -> ChronoUnit.MICROS.between(Instant.EPOCH, it)).orElse(0L)
        : 0;
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  /// With what sweeps and repairs have written to the target since the job began.
  public JobStatus withWrites(JobStatus status) {
    JobOrder order = status.order();
    long count =
        switch (order.kind()) {
          case VERIFY -> 0;
          case BACKFILL ->
              writes
                  .computeIfAbsent(
                      order.id(),
                      _ ->
                          new ContractWrites(
                              kafka,
                              generations.topics(plan.migration(), order.domain()).contract(),
                              instant(order.asked().begun())))
                  .count();
        };
    return new JobStatus(
        order,
        status.standing(),
        status.sweeps(),
        status.waiting(),
        status.findings(),
        OptionalLong.of(count));
  }

  private JobStatus status(JobOrder order, CaptureState ofLegacy, CaptureState ofTarget) {
    var sweeps = new ArrayList<JobStatus.Sweep>();
    sweeps.addAll(sweeps(Side.LEGACY, order, ofLegacy));
    sweeps.addAll(sweeps(Side.TARGET, order, ofTarget));
    var reports = sweeps.stream().flatMap(sweep -> sweep.report().stream()).toList();
    long now = now();
    var evidence =
        new JobRules.Evidence(sweeps.size(), reports, isJudged(order, ofLegacy.seal(order.id())));
    var standing = JobRules.standing(order, evidence, now);
    return new JobStatus(
        order,
        standing,
        sweeps,
        waiting(order, ofLegacy.seal(order.id())),
        Objects.requireNonNull(findings.get(order.id())),
        OptionalLong.empty());
  }

  private List<JobStatus.Sweep> sweeps(Side side, JobOrder order, CaptureState state) {
    Set<TableId> tables =
        side == Side.LEGACY ? JobTables.legacy(plan, order) : JobTables.target(plan, order);
    long now = now();
    return tables.stream()
        .map(
            table -> {
              var note = state.ordered(order.id(), table);
              SweepProgress load = state.sweep(table);
              var report =
                  order.isLoad()
                      ? Optional.ofNullable(load).map(it -> report(it, now))
                      : Optional.ofNullable(note).map(it -> recent(it.report(), now));
              return new JobStatus.Sweep(side, table, report, load == null ? 0 : load.rows());
            })
        .toList();
  }

  /// A capture that notes nothing more does not read at the rate of its last note.
  private static SweepReport recent(SweepReport report, long now) {
    return now - report.at() <= STALE
        ? report
        : new SweepReport(
            report.table(),
            report.phase(),
            report.reason(),
            report.rows(),
            report.unplaced(),
            report.estimate(),
            0,
            report.startedAt(),
            report.at(),
            report.orderedAt());
  }

  /// Of a load nothing but its beginning is noted.
  private static SweepReport report(SweepProgress load, long now) {
    long micros = now - load.startedAt();
    return new SweepReport(
        load.table(),
        load.ended() ? SweepReport.Phase.ENDED : SweepReport.Phase.RUNNING,
        "",
        load.rows(),
        load.unplaced(),
        load.estimate(),
        load.ended() || micros <= 0 ? 0 : (long) (load.rows() * 1e6 / micros),
        load.startedAt(),
        load.startedAt(),
        0);
  }

  /// Whether every partition has compared beyond the seal.
  private boolean isJudged(JobOrder order, CaptureState.Note.@Nullable Seal seal) {
    return seal != null
        && (seal.comparedAt() > 0 || isOfLive(order, seal))
        && (seal.comparedAt() > 0 || hasReached(lags, order.domain(), seal.offsets()));
  }

  /// Offsets of another outbox say nothing of how far the live generation was compared.
  private boolean isOfLive(JobOrder order, CaptureState.Note.Seal seal) {
    return generations.live(order.domain()).feed().log().outboxOf() == seal.outbox();
  }

  private static boolean hasReached(LagBook book, String domain, SortedMap<Integer, Long> offsets) {
    return book.reports(domain, offsets.size()).stream()
            .filter(
                report ->
                    report.hasCompared(offsets.getOrDefault(report.partition(), Long.MAX_VALUE)))
            .count()
        == offsets.size();
  }

  /// Of a job that was compared as it was then.
  private long waiting(JobOrder order, CaptureState.Note.@Nullable Seal seal) {
    if (order.kind() != JobOrder.Kind.VERIFY || seal == null) {
      return 0;
    }
    return seal.comparedAt() > 0
        ? seal.waiting()
        : lags.domain(order.domain(), seal.offsets().size()).waiting();
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  @Override
  public void close() {
    orders.close();
    legacy.close();
    target.close();
    lagReader.close();
    ledgerReader.close();
    writes.values().forEach(ContractWrites::close);
  }
}
