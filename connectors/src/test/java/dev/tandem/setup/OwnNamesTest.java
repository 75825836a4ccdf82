package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OwnNamesTest {
  private final OwnNames own = new OwnNames("shop");

  @Test
  void shouldKnowEveryTopicThatSetUpMakes() {
    assertThat(TopicSetting.of(new MigrationPlan("shop", List.of())))
        .isNotEmpty()
        .allSatisfy(setting -> assertThat(own.isTopic(setting.name())).isTrue());
  }

  @Test
  void shouldKnowWhatTheReconcilerLeavesInKafka() {
    var topics = new Topics("shop", "orders");
    String application = topics.reconcileApplication();
    assertThat(own.isGroup(application)).isTrue();
    assertThat(own.isTopic(application + "-expected-changelog")).isTrue();
    assertThat(own.isSubject(topics.divergence() + "-dev.tandem.Divergence")).isTrue();
    assertThat(own.isSubject(topics.reconciliationLag() + "-dev.tandem.LagReport")).isTrue();
    assertThat(own.isGroup("shops.orders.reconcile")).isFalse();
    assertThat(own.isTopic("shop.orders.reconciled-x-changelog")).isFalse();
  }

  @Test
  void shouldKnowWhatAGenerationBesideTheLiveOneHas() {
    var topics = new Topics("shop", "orders", 2);
    var beside = dev.tandem.plan.DomainPlan.first(topics, 1, "id", List.of());
    assertThat(TopicSetting.beside(beside))
        .hasSize(3)
        .allSatisfy(setting -> assertThat(own.isTopic(setting.name())).isTrue());
    assertThat(own.isGroup(topics.reconcileApplication())).isTrue();
    assertThat(own.isGroup(topics.applyGroup(2))).isTrue();
    assertThat(own.isTopic(topics.reconcileApplication() + "-due-changelog")).isTrue();
    assertThat(own.isSubject(topics.divergence() + "-dev.tandem.Divergence")).isTrue();
  }

  @Test
  void shouldKnowWhatATranslationOfItsOwnHas() {
    var topics = new Topics("shop", "orders", 12, 12);
    var beside = dev.tandem.plan.DomainPlan.first(topics, 1, "id", List.of()).beside(12, 12);
    assertThat(TopicSetting.translated(beside))
        .extracting(TopicSetting::name)
        .contains("shop.orders.contract.12", "shop.orders.repair.12", "shop.orders.dead-letter.12")
        .allSatisfy(name -> assertThat(own.isTopic(name)).isTrue());
    assertThat(own.isTopic(topics.contract(1))).isTrue();
    assertThat(own.isGroup(topics.translateApplication())).isTrue();
    assertThat(own.isTopic(topics.translateApplication() + "-rows-changelog")).isTrue();
    var live = new Topics("shop", "orders", Topics.SPEC, 12);
    assertThat(own.isGroup(live.reconcileApplication())).isTrue();
    assertThat(own.isTopic(live.reconcileApplication() + "-due-changelog")).isTrue();
    assertThat(own.isSubject(live.contract() + "-shop.Order")).isTrue();
  }

  @Test
  void shouldKnowWhatAnOutboxOfItsOwnHas() {
    var topics = new Topics("shop", "orders", Topics.SPEC, 12, 12);
    for (String topic : List.of(topics.outbox(), topics.observed())) {
      assertThat(topic).endsWith(".12");
      assertThat(own.isTopic(topic)).isTrue();
      assertThat(own.isSubject(topic + "-rows")).isTrue();
    }
  }

  @Test
  void shouldKeepTheLedgerForEverAndMeasurementsForAWeek() {
    Map<String, TopicSetting> settings =
        TopicSetting.of(new MigrationPlan("shop", List.of())).stream()
            .collect(Collectors.toMap(TopicSetting::name, setting -> setting));
    assertThat(settings.get("shop.divergence"))
        .satisfies(
            ledger -> {
              assertThat(ledger.partitions()).isEqualTo(6);
              assertThat(ledger.config())
                  .containsEntry("retention.ms", "-1")
                  .containsEntry("cleanup.policy", "delete");
            });
    assertThat(settings.get("shop.reconciliation-lag"))
        .satisfies(
            lag -> {
              assertThat(lag.partitions()).isEqualTo(1);
              assertThat(lag.config()).containsEntry("retention.ms", "604800000");
            });
  }
}
