package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

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

  private double open(String partition) {
    return meters.get("tandem.divergences.open").tag("partition", partition).gauge().value();
  }

  /// Beside the process that has the partition now, an old number would be an alarm for ever.
  @Test
  void shouldForgetWhatItKnewOfAPartitionThatIsAnothersNow() {
    metrics.standing(0, 3, 0);
    metrics.repairsStopped(0, true);
    metrics.standing(1, 2, 0);
    clock.nanos += Duration.ofSeconds(50).toNanos();
    metrics.standing(1, 2, 0);
    clock.nanos += Duration.ofSeconds(50).toNanos();
    assertThat(open("0")).isNaN();
    assertThat(meters.get("tandem.repairs.stopped").gauge().value()).isNaN();
    assertThat(open("1")).isEqualTo(2);
  }

  @Test
  void shouldGoOnWithAPartitionThatCameBack() {
    metrics.standing(0, 3, 0);
    clock.nanos += Duration.ofMinutes(2).toNanos();
    metrics.standing(0, 1, 0);
    assertThat(open("0")).isOne();
  }
}
