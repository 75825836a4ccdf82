package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reconcile.Activity.Doing;
import dev.tandem.reconcile.Activity.Waiting;
import dev.tandem.reconcile.PartitionEnds.Ends;
import dev.tandem.reconcile.PartitionEnds.Heard;
import dev.tandem.reconcile.PartitionEnds.Passed;
import dev.tandem.wire.LagReport.Stage;
import dev.tandem.wire.LagReport.State;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private static final long SECOND = 1_000_000;
  private static final long BEGIN = 1_000 * SECOND;
  private static final Passed ALL = new Passed(10, 20, 10);
  private final Activity activity = new Activity();

  private static Ends ends(Passed passed, long captureHeard, long observeHeard) {
    return new Ends(10, 20, passed, new Heard(captureHeard, observeHeard));
  }

  /// @param seconds since it began
  private static long at(long seconds) {
    return BEGIN + seconds * SECOND;
  }

  /// Nothing waits.
  private Doing quiet(Ends ends, long seconds) {
    return activity.look(new Waiting(0, at(0), 9, false), ends, at(seconds));
  }

  /// A change waits that was committed when it began.
  private Doing pending(Ends ends, long seconds) {
    return activity.look(new Waiting(at(0), at(0), 9, false), ends, at(seconds));
  }

  private static Doing stopped(Stage stage) {
    return new Doing(State.STOPPED, stage);
  }

  @Test
  void shouldBeIdleOnlyWhereAllWasReadAndBothCapturesAreHeard() {
    assertThat(quiet(ends(ALL, at(1), at(1)), 2).state()).isEqualTo(State.IDLE);
    assertThat(quiet(ends(ALL, 0, at(1)), 2).state()).isEqualTo(State.UNKNOWN);
    assertThat(quiet(ends(ALL, at(1), 0), 2).state()).isEqualTo(State.UNKNOWN);
    assertThat(quiet(Ends.UNKNOWN, 2).state()).isEqualTo(State.UNKNOWN);
    assertThat(quiet(ends(new Passed(-1, 20, 10), at(1), at(1)), 2).state())
        .isEqualTo(State.UNKNOWN);
    assertThat(quiet(ends(new Passed(10, 19, 10), at(1), at(1)), 2).state())
        .isEqualTo(State.FOLLOWING);
  }

  @Test
  void shouldNotBeIdleWhileSomethingLargeIsInHand() {
    var busy = new Waiting(0, at(0), 9, true);
    for (long second : new long[] {1, 9}) {
      Ends read = ends(ALL, at(second), at(second));
      assertThat(activity.look(busy, read, at(second)).state()).isEqualTo(State.FOLLOWING);
    }
    assertThat(quiet(ends(ALL, at(9), at(9)), 10).state()).isEqualTo(State.IDLE);
  }

  @Test
  void shouldSayWhichCaptureIsSilent() {
    assertThat(quiet(ends(ALL, at(1), at(1)), 20).state()).isEqualTo(State.IDLE);
    assertThat(quiet(ends(ALL, at(1), at(22)), 22)).isEqualTo(stopped(Stage.CAPTURE));
    assertThat(quiet(ends(ALL, at(22), at(1)), 22)).isEqualTo(stopped(Stage.OBSERVE));
    assertThat(quiet(ends(ALL, at(22), at(22)), 23).state()).isEqualTo(State.IDLE);
  }

  @Test
  void shouldNotWaitForEverForACaptureThatWasNeverHeard() {
    assertThat(quiet(ends(ALL, 0, at(1)), 0).state()).isEqualTo(State.UNKNOWN);
    assertThat(quiet(ends(ALL, 0, at(20)), 21)).isEqualTo(stopped(Stage.CAPTURE));
  }

  @Test
  void shouldSayThatItDoesNotReadOnItself() {
    var behind = new Passed(7, 20, 10);
    assertThat(quiet(ends(behind, at(1), at(1)), 1).state()).isEqualTo(State.FOLLOWING);
    assertThat(quiet(ends(behind, at(6), at(6)), 7)).isEqualTo(stopped(Stage.RECONCILE));
    assertThat(quiet(ends(new Passed(8, 20, 10), at(6), at(6)), 8).state())
        .isEqualTo(State.FOLLOWING);
  }

  @Test
  void shouldTellSlowFromStopped() {
    assertThat(pending(ends(ALL, at(1), at(1)), 1).state()).isEqualTo(State.FOLLOWING);
    var moving = new Waiting(at(0), at(9), 9, false);
    assertThat(activity.look(moving, ends(ALL, at(9), at(9)), at(10)).state())
        .isEqualTo(State.SLOW);
    assertThat(pending(ends(ALL, at(9), at(9)), 10).state()).isEqualTo(State.STOPPED);
  }

  @Test
  void shouldTellWhatIsStoppedByItsOwnClockAlone() {
    var ofTomorrow = new Waiting(at(86_400), at(0), 9, false);
    activity.look(ofTomorrow, ends(ALL, at(1), at(1)), at(1));
    assertThat(activity.look(ofTomorrow, ends(ALL, at(1), at(1)), at(6)).state())
        .isEqualTo(State.FOLLOWING);
    assertThat(activity.look(ofTomorrow, ends(ALL, at(1), at(1)), at(7)).state())
        .isEqualTo(State.STOPPED);
    quiet(ends(ALL, at(7), at(7)), 8);
    assertThat(activity.look(ofTomorrow, ends(ALL, at(7), at(7)), at(9)).state())
        .isEqualTo(State.FOLLOWING);
  }

  @Test
  void shouldSayWhileItLoadsWhichCaptureIsSilentOfWhichAllWasRead() {
    quiet(ends(ALL, at(1), at(1)), 1);
    assertThat(activity.loading(ends(ALL, at(1), at(21)), at(22)))
        .isEqualTo(stopped(Stage.CAPTURE));
    assertThat(activity.loading(ends(ALL, at(21), at(1)), at(22)))
        .isEqualTo(stopped(Stage.OBSERVE));
    assertThat(activity.loading(ends(new Passed(7, 20, 10), at(1), at(1)), at(22)).state())
        .isEqualTo(State.LOADING);
    assertThat(activity.loading(ends(ALL, at(21), at(21)), at(22)).state())
        .isEqualTo(State.LOADING);
  }

  @Test
  void shouldSayWhatKeepsAChangeWaiting() {
    var untranslated = new Passed(10, 20, 9);
    assertThat(pending(ends(untranslated, at(1), at(1)), 1).state()).isEqualTo(State.FOLLOWING);
    assertThat(pending(ends(untranslated, at(9), at(9)), 10)).isEqualTo(stopped(Stage.TRANSLATE));
    assertThat(pending(ends(ALL, at(10), at(10)), 11)).isEqualTo(stopped(Stage.APPLY));
    assertThat(pending(ends(ALL, at(30), at(10)), 31)).isEqualTo(stopped(Stage.OBSERVE));
    assertThat(pending(Ends.UNKNOWN, 32)).isEqualTo(stopped(Stage.NONE));
  }

  @Test
  void shouldNotCallStandingStillWhatHasJustBegun() {
    assertThat(pending(ends(new Passed(10, 20, 8), at(60), at(60)), 60).state())
        .isEqualTo(State.SLOW);
  }

  @Test
  void shouldNotBlameATranslationThatMoves() {
    pending(ends(new Passed(10, 20, 8), at(0), at(0)), 0);
    assertThat(pending(ends(new Passed(10, 20, 8), at(9), at(9)), 9).state())
        .isEqualTo(State.STOPPED);
    assertThat(pending(ends(new Passed(10, 20, 9), at(9), at(9)), 10))
        .isEqualTo(stopped(Stage.APPLY));
  }
}
