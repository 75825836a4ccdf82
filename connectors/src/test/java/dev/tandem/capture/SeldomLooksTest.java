package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeldomLooksTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final AtomicInteger looks = new AtomicInteger();
  private final SeldomLooks<String, Integer> seldom =
      new SeldomLooks<>(Duration.ofSeconds(1), nanos::get);

  private int ask(String about) {
    return seldom.of(about, looks::incrementAndGet);
  }

  /// Who asks second is told what the first was told, and not that nothing was found.
  @Test
  void shouldTellEverybodyTheSameUntilItLooksAgain() {
    assertThat(ask("a")).isEqualTo(1);
    nanos.addAndGet(999_999_999);
    assertThat(ask("a")).isEqualTo(1);
    assertThat(ask("b")).as("of another nothing was looked up").isEqualTo(2);
    nanos.addAndGet(1);
    assertThat(ask("a")).isEqualTo(3);
    assertThat(ask("b")).isEqualTo(2);
  }
}
