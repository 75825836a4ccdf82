package dev.tandem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerTest {
  @Test
  void shouldHoldOpenWhatWasNotClosedAsItsLastEventSays() {
    var ledger =
        Events.ledger(
            Events.of("1"),
            Events.of("2"),
            Events.of("1").kind(Kind.LOST_WRITE).state(State.CHANGED),
            Events.of("2").state(State.REPAIRING),
            Events.of("3"),
            Events.of("2").state(State.CLOSED));
    assertThat(Events.ids(ledger.open())).containsExactly("1", "3");
    assertThat(ledger.open().getFirst().event().kind()).isEqualTo(Kind.LOST_WRITE);
    assertThat(Events.ids(Events.ledger(Events.of("2").state(State.REPAIRING)).open()))
        .containsExactly("2");
  }

  @Test
  void shouldCountNothingOfFormerTablesWithAnotherMappingUntilTheyAreLiveAgain() {
    var ledger = Events.ledger(Events.of("1"));
    var first = new Feed(1, "one", null);
    var second = new Feed(2, "other", null);
    var beside = new Place("beside", 7);
    var promoted =
        new Generations(
            List.of(
                new Generation("items", 1, Generation.State.KEPT, beside, first, Note.NONE),
                new Generation(
                    "items", 2, Generation.State.LIVE, Place.OF_SPEC, second, Note.NONE)));
    assertThat(ledger.open(promoted)).isEmpty();
    assertThat(ledger.byDomain(promoted)).isEmpty();
    var demoted =
        new Generations(
            List.of(
                new Generation("items", 1, Generation.State.LIVE, Place.OF_SPEC, first, Note.NONE),
                new Generation("items", 2, Generation.State.KEPT, beside, second, Note.NONE)));
    assertThat(Events.ids(ledger.open(demoted))).containsExactly("1");
    var rebuilt =
        new Generations(
            List.of(
                new Generation("items", 1, Generation.State.KEPT, beside, first, Note.NONE),
                new Generation(
                    "items", 2, Generation.State.LIVE, Place.OF_SPEC, first, Note.NONE)));
    assertThat(Events.ids(ledger.open(rebuilt))).as("the same mapping").containsExactly("1");
  }

  @Test
  void shouldGoOnSayingWhatDiffersWhileItIsRepaired() {
    var ledger = new Ledger();
    ledger.accept(Events.of("1").entry());
    ledger.accept(Events.of("1").state(State.REPAIRING).silent().entry());
    var event = ledger.open().getFirst().event();
    assertThat(event.state()).isEqualTo(State.REPAIRING);
    assertThat(event.fields()).isEqualTo(Events.of("1").fields());
    assertThat(event.context().remedy()).isEqualTo("write it again");
    assertThat(event.context().detail()).isEqualTo("the label differs");
  }

  @Test
  void shouldOpenAgainWhatComesBackAfterItWasClosed() {
    var ledger = Events.ledger(Events.of("1"), Events.of("1").state(State.CLOSED), Events.of("1"));
    assertThat(Events.ids(ledger.open())).containsExactly("1");
  }

  @Test
  void shouldTellWhatWasOpenedFirstFirst() {
    var ledger =
        Events.ledger(
            Events.of("late").openedAt(30),
            Events.of("b").openedAt(10),
            Events.of("a").openedAt(10));
    assertThat(Events.ids(ledger.open())).containsExactly("a", "b", "late");
  }

  @Test
  void shouldCountWhatIsOpenByDomainAndKind() {
    var ledger =
        Events.ledger(
            Events.of("1"),
            Events.of("2").kind(Kind.MISSING),
            Events.of("3").kind(Kind.MISSING),
            Events.of("4").in("orders"),
            Events.of("5").in("gone"),
            Events.of("5").in("gone").state(State.CLOSED));
    assertThat(ledger.byDomain(Generations.NONE))
        .isEqualTo(
            Map.of(
                "items", Map.of(Kind.FIELD_MISMATCH, 1L, Kind.MISSING, 2L),
                "orders", Map.of(Kind.FIELD_MISMATCH, 1L)));
  }

  @Test
  void shouldSelectWhereAllThatIsSaidHolds() {
    var entry = Events.of("1").named(List.of(new KeyPart("a", "1"), new KeyPart("b", "2"))).entry();
    assertThat(Selection.ALL.holds(entry)).isTrue();
    assertThat(selection("items", Kind.FIELD_MISMATCH, new KeyPart("b", "2")).holds(entry))
        .isTrue();
    assertThat(selection("orders", Kind.FIELD_MISMATCH, new KeyPart("b", "2")).holds(entry))
        .isFalse();
    assertThat(selection("items", Kind.GHOST, new KeyPart("b", "2")).holds(entry)).isFalse();
    assertThat(selection("items", Kind.FIELD_MISMATCH, new KeyPart("b", "1")).holds(entry))
        .isFalse();
  }

  private static Selection selection(String domain, Kind kind, KeyPart part) {
    return new Selection(
        Optional.of(domain), Optional.of("Item"), Optional.of(kind), List.of(part));
  }

  @Test
  void shouldCountAllEventsButKeepOnlyTheNewest() {
    var tally = new EventTally(2);
    for (int i = 0; i < 5; i++) {
      tally.accept(Events.of("" + i).entry());
    }
    tally.accept(Events.of("0").state(State.CLOSED).entry());
    tally.accept(Events.of("9").kind(Kind.MISSING).entry());
    assertThat(tally.counts())
        .isEqualTo(
            Map.of(
                Kind.FIELD_MISMATCH, Map.of(State.OPENED, 5L, State.CLOSED, 1L),
                Kind.MISSING, Map.of(State.OPENED, 1L)));
    assertThat(Events.ids(tally.samples(Kind.FIELD_MISMATCH))).containsExactly("4", "0");
    assertThat(tally.samples(Kind.GHOST)).isEmpty();
  }
}
