package dev.tandem.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.metrics.LagRecorder.Bucket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagRecorderTest {
  private final LagRecorder lag = new LagRecorder();

  @Test
  void shouldPutEveryChangeIntoOneBucket() {
    lag.record(500, 3);
    lag.record(80_000, 20);
    lag.record(2_000_000, 1);
    assertThat(lag.buckets().stream().mapToLong(Bucket::count).sum()).isEqualTo(24);
    assertThat(lag.buckets())
        .filteredOn(bucket -> bucket.count() == 20)
        .singleElement()
        .satisfies(
            bucket ->
                assertThat(bucket.upTo()).isBetween(Duration.ofMillis(80), Duration.ofMillis(100)));
  }

  @Test
  void shouldTellTheOneInAThousandApart() {
    lag.record(10_000, 9_980);
    lag.record(900_000, 20);
    assertThat(lag.summary().p99()).isLessThan(Duration.ofMillis(11));
    assertThat(lag.summary().p999()).isGreaterThan(Duration.ofMillis(890));
  }

  @Test
  void shouldForgetAllWhenItIsReset() {
    lag.record(10_000, 5);
    lag.reset();
    assertThat(lag.summary().count()).isZero();
  }
}
