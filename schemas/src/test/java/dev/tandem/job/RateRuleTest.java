package dev.tandem.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Flow;
import dev.tandem.job.PressureRule.Level;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.job.PressureRule.Pressure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A sweep in front of a queue with a budget of 100,000 that is looked at every second.
class RateRuleTest {
  private static final long BUDGET = 100_000;

  /// As fast as it can.
  private static final long SWEEP = 80_000;

  private Pressure pressure = Pressure.NONE;
  private double used;
  private long rows;
  private int holds;

  private void seconds(int count, long drains, long others) {
    for (int i = 0; i < count; i++) {
      long own =
          switch (pressure.level()) {
            case FREE -> SWEEP;
            case SLOW -> Math.min(SWEEP, pressure.rate());
            case HOLD -> 0;
          };
      long came = own + others;
      long drained = Math.min(drains, (long) used + came);
      used += came - drained;
      rows += own;
      var measure =
          new Measure(
              "waits", (long) used, BUDGET, "records", Optional.of(new Flow(drained, came)));
      pressure = PressureRule.judge(new Facts(List.of(measure), ""), pressure);
      holds += pressure.level() == Level.HOLD ? 1 : 0;
    }
  }

  /// Without swinging between full speed and a crawl.
  @Test
  void shouldGoAsFastAsWhatFollowsAndStandAtHalfOfTheBudget() {
    seconds(20, 30_000, 0);
    rows = 0;
    holds = 0;
    seconds(60, 30_000, 0);
    assertThat(holds).isZero();
    assertThat(rows / 60).isBetween(29_000L, 31_000L);
    assertThat(used).isBetween(0.45 * BUDGET, 0.55 * BUDGET);
  }

  @Test
  void shouldLeaveToOthersWhatTheyPutIn() {
    seconds(20, 30_000, 12_000);
    rows = 0;
    holds = 0;
    seconds(60, 30_000, 12_000);
    assertThat(holds).isZero();
    assertThat(rows / 60).isBetween(17_000L, 19_000L);
    assertThat(used).isLessThan(0.6 * BUDGET);
  }

  @Test
  void shouldFollowWhatFollowsItWhenThatBecomesSlowerAndFaster() {
    seconds(30, 30_000, 0);
    seconds(20, 5_000, 0);
    rows = 0;
    holds = 0;
    seconds(40, 5_000, 0);
    assertThat(holds).isZero();
    assertThat(rows / 40).isBetween(4_500L, 5_500L);
    seconds(20, 40_000, 0);
    rows = 0;
    seconds(40, 40_000, 0);
    assertThat(rows / 40).isBetween(39_000L, 41_000L);
  }

  @Test
  void shouldGoSlowerTheLessIsLeftOfWhatDoesNotQueue() {
    assertThat(RateRule.next(new Measure("log retained", 50, 100, "MB"), 0)).isEqualTo(20_000);
    assertThat(RateRule.next(new Measure("log retained", 75, 100, "MB"), 0)).isEqualTo(10_000);
    assertThat(RateRule.next(new Measure("log retained", 99, 100, "MB"), 0))
        .isEqualTo(RateRule.LEAST);
  }
}
