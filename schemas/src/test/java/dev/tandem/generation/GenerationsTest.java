package dev.tandem.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tandem.generation.Exchange.Way;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationsTest {
  private static final DomainPlan SALES =
      DomainPlan.first(new Topics("shop", "sales"), 2, "id", List.of());

  private static Generation generation(int number, State state) {
    Place place =
        state == State.LIVE || state == State.REMOVED
            ? Place.OF_SPEC
            : new Place("tandem_shop_sales_" + number, 7);
    return new Generation("sales", number, state, place, Note.NONE);
  }

  private static Generations of(Generation... generations) {
    return new Generations(List.of(generations));
  }

  @Test
  void shouldTakeTheFirstForLiveWhereNothingWasEverRebuilt() {
    assertThat(Generations.NONE.live("sales").number()).isEqualTo(1);
    assertThat(Generations.NONE.beside("sales")).isEmpty();
    assertThat(Generations.NONE.next("sales")).isEqualTo(2);
  }

  @Test
  void shouldNeverGiveANumberTwice() {
    var known = of(generation(1, State.LIVE), generation(2, State.REMOVED));
    assertThat(known.next("sales")).isEqualTo(3);
  }

  @Test
  void shouldObserveEachPlaceWhoeverStandsThere() {
    var plan = new MigrationPlan("shop", List.of(SALES));
    var observed = of(generation(2, State.LIVE), generation(1, State.KEPT)).observed(plan);
    assertThat(observed.domains())
        .extracting(DomainPlan::generation, each -> each.topics().observed())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, "shop.sales.observed"),
            org.assertj.core.groups.Tuple.tuple(1, "shop.sales.observed.1"));
    var cancelled = of(generation(1, State.LIVE), generation(2, State.CANCELLED));
    assertThat(cancelled.observed(plan).domains()).hasSize(1);
  }

  @Test
  void shouldPromoteTheNewerAndDemoteToTheOlder() {
    var building = of(generation(1, State.LIVE), generation(2, State.BUILDING));
    assertThat(Exchange.of(building, "sales", Way.PROMOTE))
        .hasValueSatisfying(it -> assertThat(it.next().number()).isEqualTo(2));
    assertThat(Exchange.of(building, "sales", Way.DEMOTE)).isEmpty();
    var promoted = of(generation(1, State.KEPT), generation(2, State.LIVE));
    assertThat(Exchange.of(promoted, "sales", Way.PROMOTE)).isEmpty();
    assertThat(Exchange.of(promoted, "sales", Way.DEMOTE))
        .hasValueSatisfying(it -> assertThat(it.next().number()).isEqualTo(1));
    var demoted = of(generation(1, State.LIVE), generation(2, State.KEPT));
    assertThat(Exchange.of(demoted, "sales", Way.PROMOTE)).isPresent();
    var cancelled = of(generation(1, State.LIVE), generation(2, State.CANCELLED));
    assertThat(Exchange.of(cancelled, "sales", Way.PROMOTE)).isEmpty();
  }

  @Test
  void shouldTellASpecThatCapturesOtherwiseFromTheOneAgreedOnWhileTwoStand() {
    var spec = new MigrationPlan("shop", List.of(SALES));
    String agreed = CaptureForm.digest(spec);
    var live =
        new Generation("sales", 1, State.LIVE, Place.OF_SPEC, new Feed(1, "a", agreed), Note.NONE);
    var place = new Place("tandem_shop_sales_2", 7);
    var built =
        new Generation("sales", 2, State.BUILDING, place, new Feed(2, "b", agreed), Note.NONE);
    assertThat(of(live, built).capturedOtherwise(spec)).isEmpty();
    var less = new MigrationPlan("shop", List.of());
    assertThat(of(live, built).capturedOtherwise(less)).containsExactly("sales");
    assertThat(of(live).capturedOtherwise(less)).as("one alone").isEmpty();
  }

  @Test
  void shouldFeedThoseAloneWhoseMappingIsTheSpecs() {
    String own = SALES.fingerprint();
    var mine =
        new Generation("sales", 2, State.LIVE, Place.OF_SPEC, new Feed(2, own, null), Note.NONE);
    var place = new Place("tandem_shop_sales_1", 7);
    var others =
        new Generation("sales", 1, State.KEPT, place, new Feed(1, "another", null), Note.NONE);
    var generations = of(others, mine);
    assertThat(generations.fedBy(SALES)).containsExactly(mine);
    assertThat(generations.translations(SALES))
        .extracting(each -> each.topics().contract())
        .containsExactly("shop.sales.contract.2");
    assertThat(generations.topics("shop", "sales").repair()).isEqualTo("shop.sales.repair.2");
    assertThat(generations.isOfLive("sales", 1)).isFalse();
    assertThat(generations.isOfLive("sales", 2)).isTrue();
    assertThat(generations.isOfRemoved("sales", 1)).as("kept, it can be live again").isFalse();
    var former = others.moved(State.REMOVED, others.place());
    assertThat(of(former, mine).isOfRemoved("sales", 1)).isTrue();
    assertThat(of(former, mine).isOfRemoved("sales", 2)).isFalse();
    var same =
        new Generation("sales", 3, State.BUILDING, place, new Feed(1, "another", null), Note.NONE);
    assertThat(of(former, mine, same).isOfRemoved("sales", 1)).as("one is left").isFalse();
    assertThat(generations.observed(new MigrationPlan("shop", List.of(SALES))).domains())
        .as("whoever captures observes those of both")
        .extracting(each -> each.topics().observed())
        .containsExactly("shop.sales.observed", "shop.sales.observed.1");
    assertThat(Generations.NONE.fedBy(SALES)).as("no mapping was noted").hasSize(1);
  }

  private static Generation over(int number, State state, int outbox, int partitions) {
    Place place = state == State.LIVE ? Place.OF_SPEC : new Place("tandem_shop_sales_" + number, 7);
    var log = new Feed.Log(outbox, partitions);
    var feed = new Feed(outbox, SALES.fingerprint(), null, log);
    return new Generation("sales", number, state, place, feed, Note.NONE);
  }

  @Test
  void shouldFeedGenerationsWithEitherNumberOfPartitionsByASpecWithEither() {
    var both = of(over(1, State.LIVE, 1, 4), over(2, State.BUILDING, 2, 7));
    for (int partitions : List.of(4, 7)) {
      DomainPlan spec = SALES.over(1, partitions);
      assertThat(both.fedBy(spec)).hasSize(2);
      assertThat(both.translations(spec))
          .extracting(DomainPlan::partitions, each -> each.topics().outbox())
          .containsExactly(tuple(4, "shop.sales.outbox"), tuple(7, "shop.sales.outbox.2"));
    }
    assertThat(both.fedBy(SALES.over(1, 5))).as("a number of neither").isEmpty();
    var after = of(over(1, State.REMOVED, 1, 4), over(2, State.LIVE, 2, 7));
    assertThat(after.fedBy(SALES.over(1, 4))).as("the former number").isEmpty();
    assertThat(after.fedBy(SALES.over(1, 7))).hasSize(1);
  }

  @Test
  void shouldCaptureIntoEveryOutboxThatSomethingIsFedFromTheLiveOnesFirst() {
    var spec = new MigrationPlan("shop", List.of(SALES));
    assertThat(Generations.NONE.captured(spec)).isEqualTo(spec);
    assertThat(Generations.NONE.outboxesOver(spec)).isEmpty();
    var built = of(over(1, State.LIVE, 1, 4), over(2, State.BUILDING, 2, 7));
    assertThat(built.captured(spec).domains())
        .extracting(each -> each.topics().outbox(), DomainPlan::partitions)
        .containsExactly(tuple("shop.sales.outbox", 4), tuple("shop.sales.outbox.2", 7));
    var promoted = of(over(1, State.KEPT, 1, 4), over(2, State.LIVE, 2, 7));
    assertThat(promoted.captured(spec).domains())
        .extracting(each -> each.topics().outbox())
        .containsExactly("shop.sales.outbox.2", "shop.sales.outbox");
    assertThat(promoted.outboxesOver(spec)).isEmpty();
    assertThat(promoted.observed(spec).domains())
        .extracting(each -> each.topics().observed(), DomainPlan::partitions)
        .containsExactly(tuple("shop.sales.observed.live.2", 7), tuple("shop.sales.observed.1", 4));
    var cleaned = of(over(1, State.CANCELLED, 1, 4), over(2, State.LIVE, 2, 7));
    assertThat(cleaned.captured(spec).domains()).hasSize(1);
    assertThat(cleaned.outboxesOver(spec)).containsExactly("sales");
    var cancelled = of(over(1, State.LIVE, 1, 4), over(2, State.CANCELLED, 2, 7));
    assertThat(cancelled.outboxesOver(spec)).containsExactly("sales.outbox.2");
    var rebuilt = of(over(1, State.LIVE, 1, 4), over(2, State.BUILDING, 1, 4));
    assertThat(rebuilt.captured(spec).domains()).as("of one outbox").hasSize(1);
  }

  @Test
  void shouldCompareNoOffsetsOfTwoOutboxes() {
    assertThat(new Exchange(over(1, State.LIVE, 1, 4), over(2, State.BUILDING, 2, 7)))
        .matches(Exchange::isToOtherOutbox);
    assertThat(new Exchange(over(1, State.LIVE, 1, 4), over(2, State.BUILDING, 1, 4)))
        .matches(it -> !it.isToOtherOutbox());
  }

  @Test
  void shouldLetSpecsThatDifferInPartitionsAloneCaptureForBoth() {
    var four = new MigrationPlan("shop", List.of(SALES.over(1, 4)));
    var seven = new MigrationPlan("shop", List.of(SALES.over(1, 7)));
    String agreed = CaptureForm.unpartitionedDigest(seven);
    var feed = new Feed(2, null, agreed, new Feed.Log(2, 7));
    var place = new Place("tandem_shop_sales_2", 7);
    var built = new Generation("sales", 2, State.BUILDING, place, feed, Note.NONE);
    var generations = of(over(1, State.LIVE, 1, 4), built);
    assertThat(generations.capturedOtherwise(four)).isEmpty();
    assertThat(generations.capturedOtherwise(seven)).isEmpty();
    assertThat(generations.capturedOtherwise(new MigrationPlan("shop", List.of())))
        .containsExactly("sales");
  }

  @Test
  void shouldNotExchangeWhatIsBehindInAnyPartition() {
    assertThat(Exchange.behind(2, Map.of(0, 5L, 1, 7L), Map.of(0, 5L, 1, 9L))).isEmpty();
    assertThat(Exchange.behind(2, Map.of(0, 5L, 1, 7L), Map.of(0, 6L, 1, 6L)))
        .containsExactly(Map.entry(1, "it stands at outbox offset 6, and has to come to 7"));
    assertThat(Exchange.behind(2, Map.of(0, 5L), Map.of(0, 6L)))
        .containsExactly(Map.entry(1, "it has no checkpoint"));
  }

  @Test
  void shouldRefuseALiveGenerationBesideTheSpecsTables() {
    assertThatThrownBy(() -> new Generation("sales", 2, State.LIVE, new Place("x", 1), Note.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
