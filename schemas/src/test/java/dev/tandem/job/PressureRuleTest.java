package dev.tandem.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Level;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.job.PressureRule.Pressure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PressureRuleTest {
  private static Facts backlog(long used) {
    return new Facts(List.of(new Measure("not yet applied", used, 100, "records")), "");
  }

  private static Level after(Level before, long used) {
    var known = new Pressure(before, "", Map.of("not yet applied", before), 0);
    return PressureRule.judge(backlog(used), known).level();
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
    Pressure found = PressureRule.judge(facts, Pressure.NONE);
    assertThat(found.level()).isEqualTo(Level.HOLD);
    assertThat(found.reason()).isEqualTo("log retained: 2,000 MB of a budget of 1,000 MB");
    assertThat(PressureRule.judge(backlog(10), Pressure.NONE).reason()).isEmpty();
  }

  @Test
  void shouldWaitWhateverTheBudgetsSayWhenTheSlotIsInDanger() {
    assertThat(PressureRule.judge(new Facts(List.of(), "wal_status is unreserved"), Pressure.NONE))
        .isEqualTo(new Pressure(Level.HOLD, "wal_status is unreserved", Map.of(), 0));
  }

  @Test
  void shouldGoOnAsBeforeOnceAnAlarmHasPassed() {
    var alarmed = new Facts(backlog(60).measures(), "wal_status is unreserved");
    Pressure held = PressureRule.judge(alarmed, Pressure.NONE);
    assertThat(held.level()).isEqualTo(Level.HOLD);
    assertThat(PressureRule.judge(backlog(60), held).level()).isEqualTo(Level.SLOW);
    assertThat(PressureRule.judge(backlog(30), Pressure.NONE).level()).isEqualTo(Level.FREE);
    Pressure away = PressureRule.judge(new Facts(List.of(), "cannot be measured"), held);
    assertThat(PressureRule.judge(backlog(30), away).level()).isEqualTo(Level.SLOW);
  }

  @Test
  void shouldNotHoldOneMeasureForAnothersSake() {
    var first =
        new Facts(
            List.of(
                new Measure("not yet applied", 60, 100, "records"),
                new Measure("log retained", 1_000, 1_000, "MB")),
            "");
    var later =
        new Facts(
            List.of(
                new Measure("not yet applied", 60, 100, "records"),
                new Measure("log retained", 10, 1_000, "MB")),
            "");
    Pressure held = PressureRule.judge(first, Pressure.NONE);
    assertThat(held.level()).isEqualTo(Level.HOLD);
    Pressure found = PressureRule.judge(later, held);
    assertThat(found.level()).isEqualTo(Level.SLOW);
    assertThat(found.reason()).startsWith("not yet applied: 60");
  }
}
