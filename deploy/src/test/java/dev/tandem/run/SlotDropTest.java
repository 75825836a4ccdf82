package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.metrics.SlotGauges.Reading;
import dev.tandem.setup.SlotBudget;
import dev.tandem.spec.RetainedLog;
import dev.tandem.spec.RetainedLog.Action;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SlotDropTest {
  private static final SlotBudget DROP = budget(Action.DROP_SLOT);
  private final SlotDrop drop = new SlotDrop();

  private static SlotBudget budget(Action action) {
    return new SlotBudget(new RetainedLog(OptionalLong.of(1000), action), OptionalLong.empty());
  }

  private static Reading unread(long retained) {
    return new Reading(false, true, retained, 1000, 500);
  }

  private static final Reading READ = new Reading(true, true, 5000, 1000, 500);

  /// @return whether the last of so many looks says so, and none before it
  private boolean isDueAfter(int looks) {
    for (int i = 1; i < looks; i++) {
      assertThat(drop.isDue(unread(1001), DROP)).isFalse();
    }
    return drop.isDue(unread(1001), DROP);
  }

  @Test
  void shouldBeDueWhenNobodyHasReadItForAMinute() {
    assertThat(isDueAfter(5)).isTrue();
  }

  @Test
  void shouldBeginAgainWhereSomebodyReadsIt() {
    assertThat(isDueAfter(4)).isFalse();
    assertThat(drop.isDue(READ, DROP)).isFalse();
    assertThat(isDueAfter(5)).isTrue();
  }

  @Test
  void shouldBeginAgainWhereItRetainsNoMoreThanIsDeclared() {
    assertThat(isDueAfter(4)).isFalse();
    assertThat(drop.isDue(unread(1000), DROP)).isFalse();
    assertThat(isDueAfter(5)).isTrue();
  }

  @Test
  void shouldBeginAgainWhereALookWasNotAnswered() {
    assertThat(isDueAfter(4)).isFalse();
    drop.forget();
    assertThat(isDueAfter(5)).isTrue();
  }

  @Test
  void shouldNeverBeDueWhereTheSpecOnlyWantsItTold() {
    for (int i = 0; i < 100; i++) {
      assertThat(drop.isDue(unread(5000), budget(Action.ALARM))).isFalse();
    }
  }
}
