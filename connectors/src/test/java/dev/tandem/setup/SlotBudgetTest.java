package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.spec.RetainedLog;
import dev.tandem.spec.RetainedLog.Action;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SlotBudgetTest {
  private static final long GB = 1L << 30;
  private static final long NONE = -1;

  private static SlotBudget alarm(long declared, long server) {
    return SlotBudget.of(new RetainedLog(OptionalLong.of(declared), Action.ALARM), server);
  }

  private static SlotBudget drop(long declared, long server) {
    return SlotBudget.of(new RetainedLog(OptionalLong.of(declared), Action.DROP_SLOT), server);
  }

  private static SlotBudget silent(long server) {
    return SlotBudget.of(RetainedLog.NOTHING_SAID, server);
  }

  @Test
  void shouldTellAtHalfOfTheServersLimitAndAtTenGigabytesWhereNothingIsDeclared() {
    assertThat(silent(NONE).alarm()).isEqualTo(10 * GB);
    assertThat(silent(NONE).limit()).isEmpty();
    assertThat(silent(6 * GB).alarm()).isEqualTo(3 * GB);
    assertThat(silent(6 * GB).limit()).hasValue(6 * GB);
    assertThat(silent(100 * GB).alarm()).isEqualTo(10 * GB);
    assertThat(silent(0).alarm()).isZero();
  }

  @Test
  void shouldTellAtADeclaredBudgetButNotBehindHalfOfTheServersLimit() {
    assertThat(alarm(50 * GB, NONE).alarm()).isEqualTo(50 * GB);
    assertThat(alarm(GB, NONE).alarm()).isEqualTo(GB);
    assertThat(alarm(50 * GB, 60 * GB).alarm()).isEqualTo(30 * GB);
    assertThat(alarm(50 * GB, NONE).limit()).isEmpty();
    assertThat(alarm(50 * GB, 60 * GB).limit()).hasValue(60 * GB);
  }

  @Test
  void shouldTellAtHalfOfABudgetBeyondWhichItIsDropped() {
    assertThat(drop(50 * GB, NONE).alarm()).isEqualTo(25 * GB);
    assertThat(drop(50 * GB, NONE).limit()).hasValue(50 * GB);
    assertThat(drop(50 * GB, 30 * GB).limit()).hasValue(30 * GB);
    assertThat(drop(50 * GB, 30 * GB).alarm()).isEqualTo(15 * GB);
    assertThat(drop(50 * GB, 300 * GB).alarm()).isEqualTo(25 * GB);
  }

  @Test
  void shouldBeDroppedOnlyBeyondTheBudgetAndOnlyIfThatIsDeclared() {
    assertThat(drop(2 * GB, NONE).drops(2 * GB)).isFalse();
    assertThat(drop(2 * GB, NONE).drops(2 * GB + 1)).isTrue();
    assertThat(drop(2 * GB, GB).drops(GB + 1)).isFalse();
    assertThat(alarm(2 * GB, NONE).drops(100 * GB)).isFalse();
    assertThat(silent(GB).drops(100 * GB)).isFalse();
  }

  @Test
  void shouldSayWhoGivesItUp() {
    assertThat(drop(2 * GB, NONE).reason()).startsWith("retained-log");
    assertThat(drop(2 * GB, GB).reason()).isEqualTo("max_slot_wal_keep_size");
    assertThat(alarm(2 * GB, 3 * GB).reason()).isEqualTo("max_slot_wal_keep_size");
  }

  @Test
  void shouldRefuseToDropBeyondNoBudget() {
    assertThatThrownBy(() -> new RetainedLog(OptionalLong.empty(), Action.DROP_SLOT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetainedLog(OptionalLong.of(0), Action.ALARM))
        .hasMessageContaining("0 bytes");
  }
}
