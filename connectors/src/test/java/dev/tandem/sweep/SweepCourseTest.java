package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.sweep.SweepCourse.Occasion;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Purpose;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepCourseTest {
  private static final Snapshot OLDEST = Snapshot.parse("3:7:");

  private static SweepProgress ended(int epoch, long unplaced) {
    var part = new SweepProgress.Part(KeyRange.ALL, 10, unplaced, true);
    return new SweepProgress(
        TableId.parse("public.item"), "s", epoch, 10, List.of(part), OLDEST, 0, true);
  }

  private static SweepCourse again(Purpose purpose) {
    return new SweepCourse(
        purpose, Occasion.AGAIN, RowFilter.ALL, SweepControl.FREE, SweepCourse.Base.NO);
  }

  @Test
  void shouldSayWhatIsGoneOnlyWhereEveryRowWasPlaced() {
    assertThat(again(Purpose.LOAD).endMarker(ended(1, 0))).contains(Kind.SWEEP_ENDED);
    assertThat(again(Purpose.VERIFICATION).endMarker(ended(1, 0)))
        .contains(Kind.VERIFICATION_ENDED);
    assertThat(again(Purpose.LOAD).endMarker(ended(1, 1))).isEmpty();
    assertThat(again(Purpose.VERIFICATION).endMarker(ended(1, 1))).isEmpty();
  }

  @Test
  void shouldEndAFirstSweepWithoutDroppingWhatItCouldNotPlace() {
    assertThat(SweepCourse.WHOLE.endMarker(ended(1, 1))).contains(Kind.SWEEP_ENDED);
    assertThat(SweepCourse.WHOLE.endMarker(ended(2, 1))).contains(Kind.SWEEP_ENDED);
    assertThat(SweepCourse.WHOLE.witness(ended(1, 1))).isEqualTo(OLDEST);
    assertThat(SweepCourse.WHOLE.witness(ended(2, 0))).isEqualTo(OLDEST);
    assertThat(SweepCourse.WHOLE.witness(ended(2, 1))).isNull();
  }
}
