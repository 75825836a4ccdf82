package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.setup.Finding.Area;
import dev.tandem.setup.Finding.Level;
import dev.tandem.spec.RetainedLog;
import dev.tandem.spec.RetainedLog.Action;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SlotRuleTest {
  private static final RetainedLog HUNDRED =
      new RetainedLog(OptionalLong.of(100L << 20), Action.ALARM);
  private static final RetainedLog DROP =
      new RetainedLog(OptionalLong.of(100L << 20), Action.DROP_SLOT);
  private static final long NONE = -1;

  private static Finding judge(long megabytes, RetainedLog declared, long keepBytes) {
    var slot =
        new Slot("tandem_shop", "pgoutput", "shop", 0, "extended", "", megabytes << 20, 1, true);
    return SlotRule.judge(slot, SlotBudget.of(declared, keepBytes), Area.LEGACY);
  }

  @Test
  void shouldWarnBeyondWhatIsDeclared() {
    assertThat(judge(100, HUNDRED, NONE).level()).isEqualTo(Level.OK);
    Finding beyond = judge(101, HUNDRED, NONE);
    assertThat(beyond.level()).isEqualTo(Level.WARNING);
    assertThat(beyond.found())
        .isEqualTo(
            "101 MB retained, without limit (max_slot_wal_keep_size = -1), expected 100 MB or"
                + " less");
  }

  @Test
  void shouldWarnAtHalfOfWhatItIsDroppedBeyond() {
    assertThat(judge(50, DROP, NONE).level()).isEqualTo(Level.OK);
    Finding beyond = judge(51, DROP, NONE);
    assertThat(beyond.level()).isEqualTo(Level.WARNING);
    assertThat(beyond.found())
        .isEqualTo(
            "51 MB retained of at most 100 MB (retained-log in the spec: then it is dropped),"
                + " expected 50 MB or less");
  }

  @Test
  void shouldWarnBeyondTheUsualWhereNothingIsDeclared() {
    assertThat(judge(10_240, RetainedLog.NOTHING_SAID, NONE).level()).isEqualTo(Level.OK);
    assertThat(judge(10_241, RetainedLog.NOTHING_SAID, NONE).level()).isEqualTo(Level.WARNING);
    assertThat(judge(51, RetainedLog.NOTHING_SAID, 100L << 20).found())
        .isEqualTo(
            "51 MB retained of at most 100 MB (max_slot_wal_keep_size), expected 50 MB or less");
  }
}
