package dev.tandem.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.job.SweepReport;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.sweep.KeyRange;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StateCodecTest {
  private static Note.Sweep sweep(long unplaced) {
    var part = new SweepProgress.Part(KeyRange.ALL, 10, unplaced, false);
    return new Note.Sweep(
        new SweepProgress(
            TableId.parse("public.t"),
            "s",
            1,
            10,
            List.of(part),
            null,
            5,
            false,
            "\"id\" integer"));
  }

  @Test
  void shouldRememberHowManyRowsWereNotPlaced() {
    Note.Sweep note = sweep(3);
    assertThat(StateCodec.decode(StateCodec.key(note), StateCodec.value(note))).isEqualTo(note);
  }

  @Test
  void shouldReadANoteOfBeforeRowsWereToldThatWereNotPlaced() {
    Note.Sweep note = sweep(0);
    String before = new String(StateCodec.value(note), UTF_8).replace("\"unplaced\":0,", "");
    assertThat(before).doesNotContain("unplaced");
    assertThat(StateCodec.decode(StateCodec.key(note), before.getBytes(UTF_8))).isEqualTo(note);
  }

  private static Note.Ordered ordered(long rate) {
    return new Note.Ordered(
        new CaptureState.JobTable("v1", TableId.parse("public.t")),
        SweepReport.Phase.RUNNING,
        "",
        sweep(3).progress(),
        rate,
        9,
        2,
        7);
  }

  private static Note.Seal seal(long waiting) {
    return new Note.Seal("v1", new TreeMap<>(Map.of(0, 7L)), 9, 11, waiting, 2);
  }

  @Test
  void shouldRememberHowFastASweepReadsAndOfWhatNothingCouldBeSaid() {
    for (Note note : List.of(ordered(1_200), seal(4))) {
      assertThat(StateCodec.decode(StateCodec.key(note), StateCodec.value(note))).isEqualTo(note);
    }
    assertThat(ordered(1_200).report().rate()).isEqualTo(1_200);
    assertThat(ordered(1_200).report().unplaced()).isEqualTo(3);
  }

  @Test
  void shouldReadNotesOfBeforeEitherWasTold() {
    for (Note note : List.of(ordered(0), seal(0))) {
      String before =
          new String(StateCodec.value(note), UTF_8)
              .replace("\"rate\":0,", "")
              .replace("\"waiting\":0,", "");
      assertThat(before).doesNotContain("rate", "waiting");
      assertThat(StateCodec.decode(StateCodec.key(note), before.getBytes(UTF_8))).isEqualTo(note);
    }
  }

  @Test
  void shouldTellTheLoadsOfOneOutboxFromThoseOfOthers() {
    var state = new CaptureState();
    var other = new Note.Sweep("d.outbox.2", sweep(2).progress());
    var table = other.progress().table();
    for (Note note :
        List.of(
            sweep(3),
            other,
            new Note.Visible(table, 1, 7),
            new Note.Visible("d.outbox.2", table, 1, 9),
            new Note.Outbox("d.outbox.2", false),
            new Note.Outbox("d", true))) {
      Note read = StateCodec.decode(StateCodec.key(note), StateCodec.value(note));
      assertThat(read).isEqualTo(note);
      state.apply(read);
    }
    var first = new CaptureState.Load(CaptureState.Load.FIRST, table);
    var second = new CaptureState.Load("d.outbox.2", table);
    assertThat(state.sweep(first)).isEqualTo(sweep(3).progress());
    assertThat(state.sweep(second)).isEqualTo(other.progress());
    assertThat(state.visibleFrom(first)).isEqualTo(7);
    assertThat(state.visibleFrom(second)).isEqualTo(9);
    assertThat(state.written()).containsExactly("d.outbox.2");
    assertThat(state.isOver("d")).isTrue();
    assertThat(state.isOver("d.outbox.2")).isFalse();
  }

  /// What was read into an outbox that is not the live one's any more counts for nothing.
  @Test
  void shouldCountWhatAJobHasDoneForTheOutboxThatItWasDoneInAlone() {
    assertThat(ordered(0).progressIn(2)).isEqualTo(sweep(3).progress());
    assertThat(ordered(0).progressIn(3)).isNull();
    var open = new Note.Seal("v1", new TreeMap<>(Map.of(0, 7L)), 9, 0, 0, 2);
    assertThat(open.isLost(3)).isTrue();
    assertThat(open.isLost(2)).isFalse();
    assertThat(open.compared(11, 0).isLost(3)).as("compared before").isFalse();
  }

  @Test
  void shouldTellFromTheKeysAloneWhatWasWritten() {
    var position = new ChangePosition(1, new Lsn(1), 1, new Lsn(1), 0);
    var keys =
        Stream.of(
                new Note.Written("sales/0", position),
                new Note.Written("sales.2/1", position),
                new Note.Visible(TableId.parse("public.other"), 1, 1),
                sweep(0))
            .map(note -> new String(StateCodec.key(note), UTF_8))
            .toList();
    assertThat(WrittenBefore.of(keys))
        .isEqualTo(
            new WrittenBefore(Set.of("sales", "sales.2"), Set.of(TableId.parse("public.t").sql())));
  }
}
