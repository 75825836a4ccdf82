package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Evidence;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.State;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconcileMetricsTest {
  private final DrivenClock clock = new DrivenClock();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final ReconcileMetrics metrics =
      new ReconcileMetrics(meters, Tags.of("migration", "shop", "domain", "orders"));

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
}
