package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.position.Lsn;
import dev.tandem.postgres.ServerIdentity;
import org.junit.jupiter.api.Test;

class LogTrailTest {
  private static final ServerIdentity SERVER = new ServerIdentity("7000", 1, "legacy");

  @Test
  void shouldKnowTheLogAgainByTheTransactionThatEndedLast() {
    var trail = trail(50, new LogTrail.Times(7, 0));
    trail.change(3);
    trail.end(new Lsn(60), 3);
    assertThat(trail.isSame()).isFalse();
    trail.change(7);
    trail.end(new Lsn(100), 7);
    assertThat(trail.isSame()).isTrue();
    trail.end(new Lsn(130), 9);
    assertThat(trail.note(SERVER, 1)).isEqualTo(source(130, new LogTrail.Times(9, 0)));
  }

  @Test
  void shouldNotTakeAnotherTransactionAtTheSamePlaceForIt() {
    var trail = trail(50, new LogTrail.Times(7, 0));
    assertThatThrownBy(() -> trail.end(new Lsn(100), 8))
        .isInstanceOf(LogTrail.ForkedException.class)
        .hasMessageContaining("the transaction that ended at 0/64")
        .hasMessageContaining("restored from a copy");
  }

  @Test
  void shouldNotGoOnBehindAPlaceWhereNothingEnded() {
    var trail = trail(50, LogTrail.Times.NONE);
    assertThatThrownBy(() -> trail.end(new Lsn(101), 7))
        .isInstanceOf(LogTrail.ForkedException.class);
  }

  @Test
  void shouldAskForNothingWhereTheSlotWasConfirmedUpToThere() {
    var trail = trail(100, new LogTrail.Times(7, 0));
    assertThat(trail.isSame()).isTrue();
    trail.end(new Lsn(120), 9);
    assertThat(trail.proven()).isEqualTo(new Lsn(120));
  }

  @Test
  void shouldGoByThePositionAloneWhereAnOlderProgramNotedNoTime() {
    var trail = trail(50, LogTrail.Times.NONE);
    trail.end(new Lsn(100), 12);
    assertThat(trail.isSame()).isTrue();
  }

  @Test
  void shouldKnowATransactionAgainOfWhichAPartStandsInKafka() {
    var trail = trail(100, new LogTrail.Times(7, 8));
    assertThat(trail.isSame()).isFalse();
    trail.change(8);
    assertThat(trail.isSame()).isTrue();
    assertThatThrownBy(() -> trail(100, new LogTrail.Times(7, 8)).change(9))
        .hasMessageContaining("of which Kafka holds a part");
    assertThatThrownBy(() -> trail(100, new LogTrail.Times(7, 8)).end(new Lsn(120), 9))
        .hasMessageContaining("of which Kafka holds a part");
  }

  @Test
  void shouldNoteATransactionOnceAsSoonAsAPartOfItIsRead() {
    var trail = trail(100, LogTrail.Times.NONE);
    assertThat(trail.isBehind()).isFalse();
    trail.change(8);
    assertThat(trail.isBehind()).isTrue();
    assertThat(trail.note(SERVER, 1)).isEqualTo(source(100, new LogTrail.Times(0, 8)));
    trail.change(8);
    assertThat(trail.isBehind()).isFalse();
    trail.end(new Lsn(120), 8);
    assertThat(trail.note(SERVER, 1)).isEqualTo(source(120, new LogTrail.Times(8, 0)));
  }

  /// A session that ends while it reads again must not look as if less stood in Kafka.
  @Test
  void shouldNeverNoteLessThanWhatStood() {
    var trail = trail(50, new LogTrail.Times(7, 8));
    trail.end(new Lsn(60), 3);
    assertThat(trail.note(SERVER, 1)).isEqualTo(source(100, new LogTrail.Times(7, 8)));
  }

  @Test
  void shouldAskForNothingInANewEpoch() {
    var trail = new LogTrail(new Lsn(50), new Note.Source(SERVER, 2, null));
    assertThat(trail.isSame()).isTrue();
    assertThatCode(() -> trail.end(new Lsn(60), 3)).doesNotThrowAnyException();
    assertThat(new LogTrail(new Lsn(50), null).proven()).isEqualTo(new Lsn(50));
  }

  /// Proven up to 100.
  private static LogTrail trail(long from, LogTrail.Times times) {
    return new LogTrail(new Lsn(from), source(100, times));
  }

  private static Note.Source source(long proven, LogTrail.Times times) {
    return new Note.Source(SERVER, 1, new Lsn(proven), times);
  }
}
