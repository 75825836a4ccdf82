package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.Side;
import dev.tandem.capture.WrittenBefore;
import dev.tandem.setup.TopicLossRule.Loss;
import dev.tandem.setup.TopicLossRule.Traces;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicLossRuleTest {
  private static final Traces NONE = new Traces(Set.of(), Set.of(), Map.of(), Set.of(), Map.of());
  private static final WrittenBefore SWEPT =
      new WrittenBefore(Set.of(), Set.of(TableId.parse("thing").sql()));
  private static final WrittenBefore WRITTEN = new WrittenBefore(Set.of("sales"), Set.of());

  @Test
  void shouldTakeNothingOfANewMigrationForLost() {
    for (String topic :
        List.of(
            "shop.offsets",
            "shop.observed-offsets",
            "shop.sales.outbox",
            "shop.sales.contract",
            "shop.sales.observed",
            "shop.control")) {
      assertThat(judge(topic, NONE)).isEmpty();
    }
  }

  @Test
  void shouldTellThatWhereACaptureStoodIsGoneAndThatANewEpochHealsIt() {
    assertHealedBy(Side.LEGACY, judge("shop.offsets", slots(Side.LEGACY)));
    assertHealedBy(Side.LEGACY, judge("shop.offsets", checkpoints()));
    assertHealedBy(Side.LEGACY, judge("shop.offsets", records("shop.sales.outbox")));
    assertHealedBy(Side.TARGET, judge("shop.observed-offsets", slots(Side.TARGET)));
    assertHealedBy(Side.TARGET, judge("shop.observed-offsets", records("shop.sales.observed")));
  }

  /// An older program captured no target.
  @Test
  void shouldNotTakeWhatTheOtherSideLeftBehindForATraceOfTheTargetsCapture() {
    assertThat(judge("shop.observed-offsets", slots(Side.LEGACY))).isEmpty();
    assertThat(judge("shop.observed-offsets", checkpoints())).isEmpty();
    assertThat(judge("shop.observed-offsets", records("shop.sales.outbox"))).isEmpty();
  }

  @Test
  void shouldNeverMakeAnOutboxAgainThatHeldSomething() {
    for (Traces traces :
        List.of(written(Side.LEGACY, WRITTEN), checkpoints(), records("shop.sales.contract"))) {
      assertThat(judge("shop.sales.outbox", traces))
          .hasValueSatisfying(
              loss -> {
                assertThat(loss.fix()).contains("tandem teardown SPEC");
                assertThat(loss.healer()).isEmpty();
              });
    }
  }

  @Test
  void shouldLetAGenerationBesideBeGivenUpWhoseOwnOutboxIsGone() {
    var live = TopicSettingTest.sales();
    var written = written(Side.LEGACY, new WrittenBefore(Set.of("sales.outbox.2"), Set.of()));
    var rule = new TopicLossRule(List.of(live, live.over(2, 7)), List::of, written);
    assertThat(rule.judge("shop.sales.outbox.2"))
        .hasValueSatisfying(
            loss ->
                assertThat(loss.fix())
                    .contains("tandem rebuild SPEC cancel --domain sales")
                    .doesNotContain("teardown"));
    assertThat(rule.judge("shop.sales.outbox")).as("of which nothing was written").isEmpty();
  }

  @Test
  void shouldTellADomainThatIsNewInTheSpecFromOneWhoseOutboxIsGone() {
    assertThat(judge("shop.sales.outbox", written(Side.LEGACY, SWEPT))).isEmpty();
    var beside =
        new Traces(
            Set.of(Side.LEGACY),
            Set.of(),
            Map.of("shop.sales.contract", 0L),
            Set.of(),
            Map.of(Side.LEGACY, SWEPT));
    assertThat(judge("shop.sales.outbox", beside)).isPresent();
  }

  @Test
  void shouldHaveALostContractTopicTranslatedAgain() {
    for (Traces traces : List.of(checkpoints(), positions("shop.sales.translate"))) {
      assertThat(judge("shop.sales.contract", traces))
          .hasValueSatisfying(
              loss ->
                  assertThat(loss.fix())
                      .contains("tandem rebuild SPEC start --domain sales --from outbox"));
    }
  }

  @Test
  void shouldHaveALostObservedTopicObservedAgain() {
    for (Traces traces :
        List.of(written(Side.TARGET, WRITTEN), positions("shop.sales.reconcile"))) {
      assertThat(judge("shop.sales.observed", traces))
          .hasValueSatisfying(
              loss ->
                  assertThat(loss.fix())
                      .contains("--new-epoch --side target", "reconcile SPEC reset"));
    }
  }

  private static void assertHealedBy(Side side, Optional<Loss> loss) {
    assertThat(loss)
        .hasValueSatisfying(
            it -> {
              assertThat(it.healer()).contains(side);
              assertThat(it.fix()).endsWith(side.newEpoch());
            });
  }

  private static Optional<Loss> judge(String topic, Traces traces) {
    return new TopicLossRule(List.of(TopicSettingTest.sales()), List::of, traces).judge(topic);
  }

  private static Traces slots(Side side) {
    return new Traces(Set.of(side), Set.of(), Map.of(), Set.of(), Map.of());
  }

  private static Traces checkpoints() {
    return new Traces(Set.of(), Set.of("sales"), Map.of(), Set.of(), Map.of());
  }

  private static Traces records(String topic) {
    return new Traces(Set.of(), Set.of(), Map.of(topic, 1L), Set.of(), Map.of());
  }

  private static Traces positions(String group) {
    return new Traces(Set.of(), Set.of(), Map.of(), Set.of(group), Map.of());
  }

  private static Traces written(Side side, WrittenBefore before) {
    return new Traces(Set.of(), Set.of(), Map.of(), Set.of(), Map.of(side, before));
  }
}
