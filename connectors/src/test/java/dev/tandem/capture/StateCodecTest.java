package dev.tandem.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.sweep.KeyRange;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateCodecTest {
  private static Note.Sweep sweep(long unplaced) {
    var part = new SweepProgress.Part(KeyRange.ALL, 10, unplaced, false);
    return new Note.Sweep(
        new SweepProgress(TableId.parse("public.t"), "s", 1, 10, List.of(part), null, 5, false));
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
}
