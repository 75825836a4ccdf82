package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.spec.RetainedLog;
import dev.tandem.spec.RetainedLog.Action;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StoreMeasuresTest {
  private static final int NONE = -1;

  private static RetainedLog declared(long megabytes, Action action) {
    return new RetainedLog(OptionalLong.of(megabytes << 20), action);
  }

  @Test
  void shouldLetASlotRetainHalfOfTheServersLimitWhileAJobRuns() {
    assertThat(StoreMeasures.retained(RetainedLog.NOTHING_SAID, 1000)).isEqualTo(500);
    assertThat(StoreMeasures.retained(RetainedLog.NOTHING_SAID, 1)).isEqualTo(1);
    assertThat(StoreMeasures.retained(RetainedLog.NOTHING_SAID, NONE)).isEqualTo(10_240);
  }

  @Test
  void shouldLetASlotRetainNoMoreThanWouldBeTold() {
    assertThat(StoreMeasures.retained(declared(300, Action.ALARM), 1000)).isEqualTo(300);
    assertThat(StoreMeasures.retained(declared(300, Action.ALARM), 400)).isEqualTo(200);
    assertThat(StoreMeasures.retained(declared(300, Action.DROP_SLOT), NONE)).isEqualTo(150);
    assertThat(StoreMeasures.retained(declared(1, Action.DROP_SLOT), NONE)).isEqualTo(1);
  }
}
