package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.job.Discard;
import dev.tandem.job.Discard.Asked;
import dev.tandem.job.Discard.Place;
import dev.tandem.job.Discard.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscardsTest {
  private static DeadLetter letter(String domain, String entity) {
    return letter(domain, entity, 5);
  }

  private static DeadLetter letter(String domain, String entity, long at) {
    return new DeadLetter(
        DeadLetter.Stage.APPLY, domain, entity, "t", 0, 1, "because", "", null, null, at);
  }

  private static Discard discard(Scope scope, List<Place> letters, List<Place> upTo) {
    return new Discard("1", new Asked("anna", "they know", 7), scope, letters, upTo);
  }

  @Test
  void shouldComeBackAsWritten() {
    var discard =
        discard(
            new Scope("d", "E", "APPLY"),
            List.of(new Place("", 0, 3)),
            List.of(new Place("", 1, 9)));
    byte[] encoded = new Discards(new MemoryRegistry(), "m.control").encode(discard);
    assertThat(Discards.decode(encoded)).isEqualTo(discard);
    assertThat(Discard.isKey(discard.key())).isTrue();
  }

  @Test
  void shouldCoverTheLettersThatAreNamedAndNoOther() {
    var discard = discard(new Scope("", "", ""), List.of(new Place("", 0, 3)), List.of());
    assertThat(discard.covers(new Place("", 0, 3), letter("d", "E"))).isTrue();
    assertThat(discard.covers(new Place("", 0, 2), letter("d", "E"))).isFalse();
    assertThat(discard.covers(new Place("d.2", 0, 3), letter("d", "E")))
        .as("in another translation's topic")
        .isFalse();
    assertThat(discard.covers(new Place("", 1, 3), letter("d", "E"))).isFalse();
  }

  @Test
  void shouldCoverOfAScopeWhatWasThereAndNothingThatCameLater() {
    var discard =
        discard(
            new Scope("d", "", "APPLY"),
            List.of(),
            List.of(new Place("", 0, 3), new Place("", 1, 1)));
    assertThat(discard.covers(new Place("", 0, 2), letter("d", "E"))).isTrue();
    assertThat(discard.covers(new Place("", 0, 3), letter("d", "E"))).isFalse();
    assertThat(discard.covers(new Place("", 2, 0), letter("d", "E"))).isFalse();
    assertThat(discard.covers(new Place("", 0, 2), letter("other", "E"))).isFalse();
    assertThat(
            discard(new Scope("d", "F", ""), List.of(), List.of(new Place("", 0, 3)))
                .covers(new Place("", 0, 2), letter("d", "E")))
        .isFalse();
    assertThat(
            discard(new Scope("d", "E", "TRANSLATE"), List.of(), List.of(new Place("", 0, 3)))
                .covers(new Place("", 0, 2), letter("d", "E")))
        .isFalse();
  }

  /// The dead-letter topic was lost and made again: what stands in it now is other letters.
  @Test
  void shouldCoverNothingThatWasWrittenAfterIt() {
    var place = new Place("", 0, 2);
    var all = discard(new Scope("", "", ""), List.of(), List.of(new Place("", 0, 3)));
    assertThat(all.covers(place, letter("d", "E", 7))).isTrue();
    assertThat(all.covers(place, letter("d", "E", 8))).isFalse();
    var named = discard(new Scope("", "", ""), List.of(place), List.of());
    assertThat(named.covers(place, letter("d", "E", 8))).isFalse();
  }
}
