package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatermarkRuleTest {
  private static final Mark AT_NINE = new Mark(9, 40, 9, Mark.NONE, Mark.NONE, true);

  private static Incoming record(long sequence, long outboxEnd, boolean last) {
    return record(Kind.UPSERT, sequence, outboxEnd, last);
  }

  private static Incoming record(Kind kind, long sequence, long outboxEnd, boolean last) {
    return new Incoming(
        sequence, new ContractPosition(kind, sequence, outboxEnd, last, 1, 7, 0), null, null);
  }

  private static Mark after(Mark mark, Incoming... batch) {
    return WatermarkRule.after(mark, List.of(batch), () -> 100);
  }

  @Test
  void shouldLeaveTheWatermarkWhereABatchEndsInsideATransaction_C3() {
    assertThat(after(AT_NINE, record(10, 50, false)).watermark()).isEqualTo(40);
    assertThat(after(AT_NINE, record(10, 50, true), record(11, 60, false)).watermark())
        .isEqualTo(40);
    assertThat(after(AT_NINE, record(10, 50, false), record(11, 50, true)).watermark())
        .isEqualTo(50);
  }

  @Test
  void shouldMoveTheWatermarkByAProgressMarkerAlone_C4() {
    assertThat(after(AT_NINE, record(Kind.PROGRESS, 10, 77, true)))
        .isEqualTo(new Mark(10, 77, 10, Mark.NONE, Mark.NONE, true));
  }

  @Test
  void shouldPassARepairThatRepeatsTheOutboxOffset_C5() {
    assertThat(after(AT_NINE, record(10, 40, true)))
        .isEqualTo(new Mark(10, 40, 10, Mark.NONE, Mark.NONE, true));
  }

  @Test
  void shouldLeaveTheWatermarkAtAGapUntilTheEndNotedThereHasBeenPassed_C6() {
    Mark gap = after(AT_NINE, record(11, 60, true));
    assertThat(gap).isEqualTo(new Mark(11, 40, 11, 100, 60, false));
    Mark within = after(gap, record(12, 70, true));
    assertThat(within.watermark()).isEqualTo(40);
    Incoming atEnd =
        new Incoming(99, new ContractPosition(Kind.UPSERT, 13, 80, true, 1, 7, 0), null, null);
    assertThat(after(within, atEnd)).isEqualTo(new Mark(99, 80, 13, Mark.NONE, Mark.NONE, true));
  }

  @Test
  void shouldPassAGapWithoutAFurtherRecordWhenTheReaderIsBeyondIt() {
    Mark gap = after(AT_NINE, record(11, 60, true));
    assertThat(WatermarkRule.atPosition(gap, 99)).isEqualTo(gap);
    assertThat(WatermarkRule.atPosition(gap, 100))
        .isEqualTo(new Mark(11, 60, 11, Mark.NONE, Mark.NONE, true));
  }

  @Test
  void shouldNotPassAGapInsideATransaction() {
    Mark gap = after(AT_NINE, record(11, 60, true));
    Mark inside = after(gap, record(12, 70, false));
    assertThat(WatermarkRule.atPosition(inside, 100).watermark()).isEqualTo(40);
  }

  @Test
  void shouldBeSettledOnlyWhereTheTargetStandsAtTheWatermark() {
    assertThat(Mark.START.settled()).isTrue();
    Mark inside = after(AT_NINE, record(10, 50, false));
    assertThat(inside.settled()).as("inside a transaction").isFalse();
    assertThat(after(AT_NINE, record(10, 50, true), record(11, 60, false)).settled())
        .as("inside a later one")
        .isFalse();
    assertThat(after(inside, record(11, 50, true)).settled()).as("at its end").isTrue();
    assertThat(after(AT_NINE, record(Kind.PROGRESS, 10, 77, true)).settled())
        .as("at a marker")
        .isTrue();
    assertThat(after(AT_NINE, record(10, 40, true)).settled()).as("after a repair").isTrue();
  }

  @Test
  void shouldNotBeSettledWhileAGapIsBeingPassed() {
    Mark gap = after(AT_NINE, record(11, 60, true));
    assertThat(gap.settled()).as("at the gap").isFalse();
    assertThat(after(gap, record(12, 70, true)).settled()).as("within it").isFalse();
    assertThat(WatermarkRule.atPosition(gap, 99).settled()).isFalse();
    assertThat(WatermarkRule.atPosition(gap, 100).settled()).as("passed by reading").isTrue();
    Mark inside = WatermarkRule.atPosition(after(gap, record(12, 70, false)), 100);
    assertThat(inside.isSkipping()).isFalse();
    assertThat(inside.settled()).as("passed inside a transaction").isFalse();
    assertThat(after(inside, record(13, 70, true)).settled()).isTrue();
  }

  @Test
  void shouldStayAsSettledAsItWasWhereNothingReadableCame() {
    var unreadable = new Incoming(10, null, null, null);
    Mark inside = after(AT_NINE, record(10, 50, false));
    assertThat(after(AT_NINE, unreadable).settled()).isTrue();
    assertThat(after(inside, unreadable).settled()).isFalse();
  }

  @Test
  void shouldRefuseARecordOlderThanWhatIsApplied() {
    assertThatThrownBy(() -> after(AT_NINE, record(9, 40, true)))
        .isInstanceOf(WatermarkRule.ReplayedException.class)
        .hasMessageContaining("above 9, found 9");
  }
}
