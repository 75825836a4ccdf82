package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reconcile.ReconcileListener.Found;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Evidence;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.State;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReconcileMetricsTest {
  private final DrivenClock clock = new DrivenClock();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final ReconcileMetrics metrics =
      new ReconcileMetrics(meters, Tags.of("migration", "shop", "domain", "orders"), null);

  private static final class DrivenClock implements Clock {
    private long nanos = 1;

    @Override
    public long wallTime() {
      return nanos / 1_000_000;
    }

    @Override
    public long monotonicTime() {
      return nanos;
    }
  }

  private static LagReport report(int partition, State state, long open) {
    return new LagReport(
        "orders",
        partition,
        state,
        Evidence.NONE,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Percentiles.NONE,
        Percentiles.NONE,
        0,
        0,
        0,
        open,
        false);
  }

  private double open(String partition) {
    return meters.get("tandem.divergences.open").tag("partition", partition).gauge().value();
  }

  /// Beside the process that has the partition now, an old number would be an alarm for ever.
  @Test
  void shouldForgetWhatItKnewOfAPartitionThatIsAnothersNow() {
    metrics.standing(report(0, State.FOLLOWING, 3));
    metrics.repairsStopped(0, true);
    metrics.standing(report(1, State.FOLLOWING, 2));
    clock.nanos += Duration.ofSeconds(50).toNanos();
    metrics.standing(report(1, State.FOLLOWING, 2));
    clock.nanos += Duration.ofSeconds(50).toNanos();
    assertThat(open("0")).isNaN();
    assertThat(meters.get("tandem.repairs.stopped").gauge().value()).isNaN();
    assertThat(open("1")).isEqualTo(2);
  }

  @Test
  void shouldGoOnWithAPartitionThatCameBack() {
    metrics.standing(report(0, State.FOLLOWING, 3));
    clock.nanos += Duration.ofMinutes(2).toNanos();
    metrics.standing(report(0, State.FOLLOWING, 1));
    assertThat(open("0")).isOne();
  }

  @Test
  void shouldTellIdleFromStoppedAndFromUnknown() {
    metrics.standing(report(0, State.IDLE, 0));
    assertThat(value("tandem.reconcile.idle")).isOne();
    assertThat(value("tandem.reconcile.stopped")).isZero();
    metrics.standing(report(0, State.STOPPED, 0));
    assertThat(value("tandem.reconcile.idle")).isZero();
    assertThat(value("tandem.reconcile.stopped")).isOne();
    metrics.standing(report(0, State.UNKNOWN, 0));
    assertThat(value("tandem.reconcile.idle")).isZero();
    assertThat(value("tandem.reconcile.stopped")).isZero();
  }

  private double value(String name) {
    return meters.get(name).gauge().value();
  }

  private static Found found(String tenant) {
    return new Found("Order", tenant, Kind.MISSING);
  }

  private double openOf(String tenant) {
    return meters
        .get("tandem.divergences.open.by.tenant")
        .tags("tenant", tenant, "entity", "Order", "kind", "missing")
        .gauge()
        .value();
  }

  /// However late it comes, the tenant of which most is open is named; there are never more names
  /// than twenty.
  @Test
  void shouldNameTheTenantsOfWhichMostIsOpenAndCountTheOthersTogether() {
    metrics.standing(report(0, State.FOLLOWING, 50));
    var counts = new HashMap<Found, Long>();
    for (int i = 0; i < 50; i++) {
      counts.put(found("quiet" + i), 1L);
    }
    metrics.open(0, Map.copyOf(counts));
    counts.put(found("loud"), 7L);
    metrics.open(0, Map.copyOf(counts));
    assertThat(openOf("loud")).isEqualTo(7);
    assertThat(openOf(TenantTag.OTHERS)).isEqualTo(31);
    assertThat(meters.get("tandem.divergences.open.by.tenant").gauges()).hasSize(21);
    metrics.open(0, Map.of(found("quiet1"), 1L));
    assertThat(meters.get("tandem.divergences.open.by.tenant").gauges()).hasSize(1);
    clock.nanos += Duration.ofMinutes(2).toNanos();
    assertThat(openOf("quiet1")).isNaN();
  }

  @Test
  void shouldAddUpWhatIsOpenInAllPartitions() {
    metrics.standing(report(0, State.FOLLOWING, 1));
    metrics.standing(report(1, State.FOLLOWING, 2));
    metrics.open(0, Map.of(found("acme"), 1L));
    metrics.open(1, Map.of(found("acme"), 2L));
    assertThat(openOf("acme")).isEqualTo(3);
  }

  /// Counters cannot be counted anew: who becomes clearly louder takes the place of the quietest.
  @Test
  void shouldNameATenantThatBecomesLoudInCountersToo() {
    for (int i = 0; i < 30; i++) {
      metrics.repaired("Order", "quiet" + i, Kind.MISSING);
    }
    for (int i = 0; i < 10; i++) {
      metrics.repaired("Order", "loud", Kind.MISSING);
    }
    assertThat(meters.get("tandem.repairs").tag("tenant", "loud").counter().count()).isPositive();
    assertThat(meters.get("tandem.repairs").counters()).hasSize(21);
  }
}
