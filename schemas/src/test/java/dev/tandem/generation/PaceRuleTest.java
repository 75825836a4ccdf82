package dev.tandem.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.generation.PaceOrder.Asked;
import dev.tandem.generation.PaceOrder.Wanted;
import dev.tandem.generation.PaceRule.Pace;
import dev.tandem.generation.PaceRule.Standing;
import dev.tandem.generation.PaceRule.State;
import dev.tandem.job.PressureRule.Level;
import dev.tandem.job.PressureRule.Pressure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceRuleTest {
  private static final long NOW = 1_000_000_000;

  private static PaceOrder order(Wanted wanted, long rate) {
    return new PaceOrder("orders", 2, wanted, rate, new Asked("kim", "month end", NOW));
  }

  private static Pressure pressure(Level level, long rate) {
    return new Pressure(level, "slow", Map.of(), rate);
  }

  private static PaceNote note(Level level, long rate, long at) {
    return new PaceNote("orders", 2, level, "slow", rate, at);
  }

  @Test
  void shouldHoldWhatIsPausedWhateverTheStoresSay() {
    assertThat(PaceRule.pace(order(Wanted.PAUSE, 0), Pressure.NONE)).isEqualTo(Pace.HELD);
    assertThat(PaceRule.pace(order(Wanted.RUN, 0), Pressure.NONE)).isEqualTo(Pace.FREE);
    assertThat(PaceRule.pace(null, Pressure.NONE)).isEqualTo(Pace.FREE);
  }

  @Test
  void shouldHoldUntilTheStoresAreKnownAndWhileOneIsInDanger() {
    assertThat(PaceRule.pace(null, null)).isEqualTo(Pace.HELD);
    assertThat(PaceRule.pace(order(Wanted.RUN, 5), pressure(Level.HOLD, 0))).isEqualTo(Pace.HELD);
  }

  @Test
  void shouldGoAtTheLowerOfTwoRates() {
    Pressure slow = pressure(Level.SLOW, 2000);
    assertThat(PaceRule.pace(null, slow)).isEqualTo(new Pace(true, 2000));
    assertThat(PaceRule.pace(order(Wanted.RUN, 500), slow)).isEqualTo(new Pace(true, 500));
    assertThat(PaceRule.pace(order(Wanted.RUN, 5000), slow)).isEqualTo(new Pace(true, 2000));
    assertThat(PaceRule.pace(order(Wanted.RUN, 500), Pressure.NONE)).isEqualTo(new Pace(true, 500));
  }

  @Test
  void shouldSayWhoPausedItAndWhyBeforeAnythingElse() {
    assertThat(PaceRule.standing(order(Wanted.PAUSE, 7), note(Level.HOLD, 0, NOW), NOW))
        .isEqualTo(new Standing(State.PAUSED, "month end", "kim", 7));
  }

  @Test
  void shouldSayWhyItGivesWayForAsLongAsThatIsSaid() {
    long late = NOW + 30_000_001;
    assertThat(PaceRule.standing(null, note(Level.HOLD, 0, NOW), NOW))
        .isEqualTo(new Standing(State.HELD, "slow", "", 0));
    assertThat(PaceRule.standing(order(Wanted.RUN, 900), note(Level.SLOW, 2000, NOW), NOW))
        .isEqualTo(new Standing(State.SLOWED, "slow", "", 900));
    assertThat(PaceRule.standing(null, note(Level.SLOW, 2000, NOW), NOW))
        .isEqualTo(new Standing(State.SLOWED, "slow", "", 2000));
    assertThat(PaceRule.standing(null, note(Level.HOLD, 0, NOW), late)).isEqualTo(Standing.FREE);
    assertThat(PaceRule.standing(null, note(Level.FREE, 0, NOW), NOW)).isEqualTo(Standing.FREE);
    assertThat(PaceRule.standing(null, null, NOW)).isEqualTo(Standing.FREE);
  }

  @Test
  void shouldRefuseARateBelowNothing() {
    assertThatThrownBy(() -> order(Wanted.RUN, -1))
        .hasMessageContaining("--rate")
        .hasMessageContaining("-1");
  }
}
