package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureState.Note;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutboxRuleTest {
  private static final String SECOND = "d.outbox.2";
  private final CaptureState state = new CaptureState();

  private void begin(Set<String> own, Set<String> over) {
    OutboxRule.notes(state, own, over).forEach(state::apply);
  }

  @Test
  void shouldLetNobodyCaptureWhoDoesNotKnowOfAnOutboxThatIsWritten() {
    assertThat(OutboxRule.leftOut(state, Set.of(), Set.of())).isEmpty();
    begin(Set.of(SECOND), Set.of());
    assertThat(OutboxRule.leftOut(state, Set.of(), Set.of())).containsExactly(SECOND);
    assertThat(OutboxRule.leftOut(state, Set.of("d.outbox.3"), Set.of())).containsExactly(SECOND);
    assertThat(OutboxRule.leftOut(state, Set.of(SECOND), Set.of())).isEmpty();
  }

  @Test
  void shouldLetAnOutboxBeLeftOutThatNothingIsFedFrom() {
    begin(Set.of(SECOND), Set.of());
    assertThat(OutboxRule.leftOut(state, Set.of(), Set.of(SECOND))).isEmpty();
    begin(Set.of(), Set.of(SECOND));
    assertThat(state.isOver(SECOND)).isTrue();
    assertThat(OutboxRule.leftOut(state, Set.of(), Set.of())).isEmpty();
  }

  @Test
  void shouldNoteNothingTwice() {
    begin(Set.of(SECOND), Set.of("d"));
    assertThat(OutboxRule.notes(state, Set.of(SECOND), Set.of("d"))).isEmpty();
    assertThat(OutboxRule.notes(state, Set.of(), Set.of("d", SECOND)))
        .containsExactly(new Note.Outbox(SECOND, true));
  }
}
