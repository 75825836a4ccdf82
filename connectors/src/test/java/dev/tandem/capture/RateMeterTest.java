package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateMeterTest {
  private static final long SECOND = 1_000_000;
  private final RateMeter meter = new RateMeter();

  @Test
  void shouldTellNothingFromOneLook() {
    assertThat(meter.rate(500, 3 * SECOND)).isZero();
    assertThat(meter.rate(500, 3 * SECOND)).isZero();
  }

  @Test
  void shouldTellTheRateOfLateAndForgetWhatWasBefore() {
    long rows = 0;
    for (int second = 0; second <= 60; second++) {
      assertThat(meter.rate(rows, second * SECOND)).isEqualTo(second == 0 ? 0 : 2_000);
      rows += 2_000;
    }
    for (int second = 61; second <= 120; second++) {
      rows += 10;
      meter.rate(rows, second * SECOND);
    }
    assertThat(meter.rate(rows + 10, 121 * SECOND)).isEqualTo(10);
  }

  @Test
  void shouldGoDownWhileNothingIsRead() {
    meter.rate(0, 0);
    assertThat(meter.rate(1_000, SECOND)).isEqualTo(1_000);
    assertThat(meter.rate(1_000, 4 * SECOND)).isEqualTo(250);
  }
}
