package dev.tandem.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {
  private final AtomicLong nanos = new AtomicLong(17);
  private final TokenBuckets buckets = new TokenBuckets(new TokenBuckets.Rate(3, 2), nanos::get);

  @Test
  void shouldLetABurstThroughAndThenSayHowLongToWait() {
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("anna")).isEmpty();
    }
    assertThat(buckets.take("anna")).contains(Duration.ofMillis(500));
    assertThat(buckets.take("ben")).as("another caller").isEmpty();
    nanos.addAndGet(Duration.ofMillis(499).toNanos());
    assertThat(buckets.take("anna")).isPresent();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(buckets.take("anna")).isEmpty();
  }

  @Test
  void shouldNotSaveUpMoreThanABurst() {
    buckets.take("anna");
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("anna")).isEmpty();
    }
    assertThat(buckets.take("anna")).isPresent();
  }

  @Test
  void shouldStayBoundedWhateverAsks() {
    for (int i = 0; i < 30_000; i++) {
      buckets.take("stranger " + i);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("stranger 0")).as("forgotten, and begun anew").isEmpty();
    }
    assertThat(buckets.take("stranger 0")).isPresent();
  }
}
