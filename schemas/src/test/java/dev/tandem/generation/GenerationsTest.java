package dev.tandem.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    assertThat(generations.observed(new MigrationPlan("shop", List.of(SALES))).domains())
        .as("whoever captures observes those of both")
        .extracting(each -> each.topics().observed())
        .containsExactly("shop.sales.observed", "shop.sales.observed.1");
    assertThat(Generations.NONE.fedBy(SALES)).as("no mapping was noted").hasSize(1);
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
