package dev.tandem.metrics;

import dev.tandem.reconcile.ReconcileListener;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the reconciliation of one domain tells of itself, as meters.
final class ReconcileMetrics implements ReconcileListener {
  private static final int NAMED_TENANTS = 20;
  private static final Duration FRESH = Duration.ofMinutes(1);
  private final MeterRegistry meters;
  private final Tags domain;
  private static final List<String> BY_TENANT =
      List.of("tandem.divergences.opened", "tandem.divergences.closed", "tandem.repairs");
  private final TenantTag tenants = new TenantTag(NAMED_TENANTS, this::forget);
  private final MultiGauge open;

  /// What is open, by partition.
  private final ConcurrentHashMap<Integer, Map<Found, Long>> found = new ConcurrentHashMap<>();
  private final Timer toTarget;
  private final Timer toObservation;

  private final Map<Step, Counter> steps = new EnumMap<>(Step.class);
  private final ConcurrentHashMap<String, Counter> judged = new ConcurrentHashMap<>();

  /// Gauges by name and partition; held here, since a gauge does not hold its number.
  private final ConcurrentHashMap<String, AtomicLong> gauges = new ConcurrentHashMap<>();

  /// When each partition last said how it stands, on the registry's clock.
  private final ConcurrentHashMap<Integer, Long> heard = new ConcurrentHashMap<>();

  private final @Nullable StepLags lags;

  /// @param domain tags of migration and domain
  /// @param lags take each lag too
  ReconcileMetrics(MeterRegistry meters, Tags domain, @Nullable StepLags lags) {
    this.meters = meters;
    this.domain = domain;
    this.lags = lags;
    open = MultiGauge.builder("tandem.divergences.open.by.tenant").tags(domain).register(meters);
    toTarget = lag("target");
    toObservation = lag("observation");
    for (Step step : Step.values()) {
      steps.put(
          step, meters.counter("tandem.reconcile.nanoseconds", domain.and("step", lower(step))));
    }
  }

  private Timer lag(String until) {
    return Timer.builder("tandem.reconciliation.lag")
        .tags(domain.and("until", until))
        .publishPercentiles(0.5, 0.95, 0.99)
        .distributionStatisticExpiry(Duration.ofMinutes(1))
        .register(meters);
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  private void count(String name, String entity, String tenant, Kind kind) {
    meters
        .counter(
            name, domain.and("entity", entity, "tenant", tenants.of(tenant), "kind", lower(kind)))
        .increment();
  }

  private void gauge(String name, int partition, long value) {
    gauges
        .computeIfAbsent(
            name + partition,
            _ -> {
              var held = new AtomicLong();
              Gauge.builder(name, () -> isHeard(partition) ? held.doubleValue() : Double.NaN)
                  .tags(domain.and("partition", String.valueOf(partition)))
                  .strongReference(true)
                  .register(meters);
              return held;
            })
        .set(value);
  }

  /// A partition says every second how it stands. One that does no more is another process's now,
  /// and what this one knew of it must not stand beside what is.
  private boolean isHeard(int partition) {
    Long last = heard.get(partition);
    return last != null && meters.config().clock().monotonicTime() - last < FRESH.toNanos();
  }

  @Override
  public void spent(Step step, long nanos) {
    Objects.requireNonNull(steps.get(step)).increment((double) nanos);
  }

  @Override
  public void judged(String entity) {
    judged
        .computeIfAbsent(
            entity, it -> meters.counter("tandem.reconcile.judged", domain.and("entity", it)))
        .increment();
  }

  @Override
  public void opened(String entity, String tenant, Kind kind) {
    count("tandem.divergences.opened", entity, tenant, kind);
  }

  @Override
  public void closed(String entity, String tenant, Kind kind, long lasted) {
    count("tandem.divergences.closed", entity, tenant, kind);
    meters
        .timer("tandem.divergences.lasted", domain.and("kind", lower(kind)))
        .record(lasted, TimeUnit.MICROSECONDS);
  }

  @Override
  public void repaired(String entity, String tenant, Kind kind) {
    count("tandem.repairs", entity, tenant, kind);
  }

  /// The counters of a tenant that is not named any more.
  private void forget(String tenant) {
    for (String name : BY_TENANT) {
      meters.find(name).tags(domain).tag("tenant", tenant).meters().forEach(meters::remove);
    }
  }

  /// The tenants of which most is open are named, each time anew.
  @Override
  public synchronized void open(int partition, Map<Found, Long> counts) {
    found.put(partition, counts);
    var all = new HashMap<Found, Long>();
    var byTenant = new HashMap<String, Long>();
    found.forEach(
        (number, each) -> {
          if (isHeard(number)) {
            each.forEach(
                (of, count) -> {
                  all.merge(of, count, Long::sum);
                  byTenant.merge(of.tenant(), count, Long::sum);
                });
          }
        });
    Set<String> loudest =
        byTenant.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .limit(NAMED_TENANTS)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    var shown = new HashMap<Tags, Long>();
    all.forEach(
        (of, count) -> {
          String tenant = loudest.contains(of.tenant()) ? of.tenant() : TenantTag.OTHERS;
          shown.merge(
              Tags.of("entity", of.entity(), "tenant", tenant, "kind", lower(of.kind())),
              count,
              Long::sum);
        });
    open.register(
        shown.entrySet().stream()
            .map(it -> MultiGauge.Row.of(it.getKey(), () -> fresh(it.getValue())))
            .collect(Collectors.toList()),
        true);
  }

  private Number fresh(long count) {
    return found.keySet().stream().anyMatch(this::isHeard) ? (double) count : Double.NaN;
  }

  @Override
  public void repairsStopped(int partition, boolean stopped) {
    gauge("tandem.repairs.stopped", partition, stopped ? 1 : 0);
  }

  @Override
  public void nameless(String entity) {
    meters.counter("tandem.reconcile.nameless", domain.and("entity", entity)).increment();
  }

  @Override
  public void reconciled(long target, long observation) {
    toTarget.record(Math.max(0, target), TimeUnit.MICROSECONDS);
    toObservation.record(Math.max(0, observation), TimeUnit.MICROSECONDS);
    if (lags != null) {
      lags.verdict().record(observation, 1);
    }
  }

  @Override
  public void standing(LagReport report) {
    int partition = report.partition();
    heard.put(partition, meters.config().clock().monotonicTime());
    gauge("tandem.divergences.open", partition, report.openDivergences());
    gauge("tandem.reconcile.pending", partition, report.pending());
    gauge("tandem.reconcile.waiting", partition, report.waiting());
    gauge("tandem.reconcile.stopped", partition, report.state() == State.STOPPED ? 1 : 0);
    gauge("tandem.reconcile.idle", partition, report.state() == State.IDLE ? 1 : 0);
  }
}
