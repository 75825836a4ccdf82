package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What of a domain's names belongs to generations that are fed no more.
class BesideKafkaTest {
  private static Generation generation(int number, State state, int translatedFor) {
    Place place = state == State.LIVE ? Place.OF_SPEC : new Place("beside_" + number, 1);
    var feed = new Feed(translatedFor, "mapping " + translatedFor, null);
    return new Generation("sales", number, state, place, feed, Note.NONE);
  }

  private static BesideKafka.Names names(Generation removed, Generation... others) {
    var known = new java.util.ArrayList<>(List.of(others));
    known.add(removed);
    return new BesideKafka.Names("shop", removed, new Generations(known));
  }

  @Test
  void shouldNameNothingOfAGenerationThatIsBuiltOrKept() {
    var names =
        names(
            generation(2, State.CANCELLED, 1),
            generation(1, State.LIVE, 1),
            generation(3, State.BUILDING, 1));
    assertThat(names.topics().asMatchPredicate())
        .accepts(
            "shop.sales.observed.2",
            "shop.sales.divergence.13",
            "shop.sales.reconciliation-lag.31",
            "shop.sales.reconcile.2-store-changelog")
        .rejects(
            "shop.sales.observed.3",
            "shop.sales.divergence.3",
            "shop.sales.reconcile.3-store-changelog",
            "shop.sales.observed",
            "shop.sales.contract",
            "shop.sales.repair",
            "shop.sales2.observed.2",
            "other.sales.observed.2");
    assertThat(names.groups().asMatchPredicate())
        .accepts("shop.sales.reconcile.2", "shop.sales.reconcile.33", "shop.sales.apply.2")
        .rejects(
            "shop.sales.reconcile.3",
            "shop.sales.apply.3",
            "shop.sales.apply.1",
            "shop.sales.translate",
            "shop.sales.reconcile");
  }

  @Test
  void shouldNameATranslationThatNothingIsFedFromAnyMore() {
    var names = names(generation(2, State.CANCELLED, 2), generation(1, State.LIVE, 1));
    assertThat(names.topics().asMatchPredicate())
        .accepts(
            "shop.sales.contract.2",
            "shop.sales.contract.2.v1",
            "shop.sales.repair.2",
            "shop.sales.dead-letter.2",
            "shop.sales.translate.2-rows-changelog",
            "shop.sales.reconcile.live.2-due-changelog")
        .rejects(
            "shop.sales.contract",
            "shop.sales.contract.v2",
            "shop.sales.contract.22",
            "shop.sales.repair",
            "shop.sales.translate-rows-changelog",
            "shop.sales.reconcile-due-changelog",
            "shop.sales.outbox");
    assertThat(names.groups().asMatchPredicate())
        .accepts("shop.sales.translate.2", "shop.sales.reconcile.live.2")
        .rejects("shop.sales.translate", "shop.sales.reconcile", "shop.sales.translate.22");
  }

  private static Generation over(int number, State state, int outbox) {
    var log = new Feed.Log(outbox, 2 + outbox);
    Generation plain = generation(number, state, outbox);
    var feed = new Feed(outbox, "mapping", null, log);
    return new Generation("sales", number, state, plain.place(), feed, Note.NONE);
  }

  @Test
  void shouldNameAnOutboxThatNothingIsFedFromAnyMore() {
    var former = names(over(1, State.CANCELLED, 1), over(2, State.LIVE, 2));
    assertThat(former.topics().asMatchPredicate())
        .accepts("shop.sales.outbox", "shop.sales.observed", "shop.sales.contract")
        .rejects("shop.sales.outbox.2", "shop.sales.observed.live.2", "shop.sales.contract.2");
    var cancelled = names(over(2, State.CANCELLED, 2), over(1, State.LIVE, 1));
    assertThat(cancelled.topics().asMatchPredicate())
        .accepts("shop.sales.outbox.2", "shop.sales.observed.live.2", "shop.sales.observed.2")
        .rejects("shop.sales.outbox", "shop.sales.observed", "shop.sales.outbox.22");
  }

  @Test
  void shouldNameTheFirstTranslationOnceAnotherIsLive() {
    var names = names(generation(1, State.CANCELLED, 1), generation(2, State.LIVE, 2));
    assertThat(names.topics().asMatchPredicate())
        .accepts(
            "shop.sales.contract",
            "shop.sales.contract.v1",
            "shop.sales.repair",
            "shop.sales.translate-rows-changelog",
            "shop.sales.reconcile-due-changelog")
        .rejects(
            "shop.sales.contract.2",
            "shop.sales.contract.2.v1",
            "shop.sales.repair.2",
            "shop.sales.observed",
            "shop.sales.outbox",
            "shop.dead-letter",
            "shop.sales.dead-letter.2",
            "shop.sales.translate.2-rows-changelog",
            "shop.sales.reconcile.live.2-due-changelog");
    assertThat(names.groups().asMatchPredicate())
        .accepts("shop.sales.translate", "shop.sales.reconcile", "shop.sales.apply.1")
        .rejects("shop.sales.translate.2", "shop.sales.reconcile.live.2", "shop.sales.apply.2");
  }
}
