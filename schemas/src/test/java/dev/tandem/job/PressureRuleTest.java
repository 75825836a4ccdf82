package dev.tandem.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Level;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.job.PressureRule.Pressure;
import java.util.List;
import org.junit.jupiter.api.Test;

class PressureRuleTest {
  private static Facts backlog(long used) {
    return new Facts(List.of(new Measure("not yet applied", used, 100, "records")), "");
  }

  private static Level after(Level before, long used) {
    return PressureRule.judge(backlog(used), new Pressure(before, "")).level();
  }

  @Test
  void shouldGoSlowlyFromHalfOfABudgetAndWaitWhenItIsUsedUp() {
    assertThat(after(Level.FREE, 49)).isEqualTo(Level.FREE);
    assertThat(after(Level.FREE, 50)).isEqualTo(Level.SLOW);
    assertThat(after(Level.SLOW, 99)).isEqualTo(Level.SLOW);
    assertThat(after(Level.SLOW, 100)).isEqualTo(Level.HOLD);
  }

  @Test
  void shouldGoOnOnlyWellBelowWhereItStopped() {
    assertThat(after(Level.HOLD, 99)).isEqualTo(Level.HOLD);
    assertThat(after(Level.HOLD, 51)).isEqualTo(Level.HOLD);
    assertThat(after(Level.HOLD, 50)).isEqualTo(Level.SLOW);
    assertThat(after(Level.SLOW, 26)).isEqualTo(Level.SLOW);
    assertThat(after(Level.SLOW, 25)).isEqualTo(Level.FREE);
  }

  @Test
  void shouldSayWhichBudgetIsInTheWay() {
    var facts =
        new Facts(
            List.of(
                new Measure("not yet applied", 60, 100, "records"),
                new Measure("log retained", 2_000, 1_000, "MB")),
            "");
    assertThat(PressureRule.judge(facts, Pressure.NONE))
        .isEqualTo(new Pressure(Level.HOLD, "log retained: 2,000 MB of a budget of 1,000 MB"));
    assertThat(PressureRule.judge(backlog(10), Pressure.NONE)).isEqualTo(Pressure.NONE);
  }

  @Test
  void shouldWaitWhateverTheBudgetsSayWhenTheSlotIsInDanger() {
    assertThat(PressureRule.judge(new Facts(List.of(), "wal_status is unreserved"), Pressure.NONE))
        .isEqualTo(new Pressure(Level.HOLD, "wal_status is unreserved"));
  }
}
