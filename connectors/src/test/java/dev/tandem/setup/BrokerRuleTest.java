package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.setup.Finding.Level;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BrokerRuleTest {
  @Test
  void shouldFindNothingWhereTopicsHaveThreeCopiesOfWhichTwoAreAwaited() {
    assertThat(judge(new BrokerSettings(3, Map.of()), found(3, "2"))).isEmpty();
    assertThat(judge(new BrokerSettings(1, Map.of()), found(1, "1"))).isEmpty();
    assertThat(judge(new BrokerSettings(2, Map.of()), found(2, "1"))).isEmpty();
  }

  @Test
  void shouldWarnOfTopicsWithOneCopyOnSeveralBrokers() {
    assertThat(judge(new BrokerSettings(3, Map.of()), found(1, "1")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.WARNING);
              assertThat(finding.found()).contains("on 3 brokers", "shop.offsets");
            });
  }

  @Test
  void shouldWarnWhereARecordMayBeTakenThatOneBrokerHas() {
    assertThat(judge(new BrokerSettings(3, Map.of()), found(3, "1")))
        .singleElement()
        .extracting(Finding::fix)
        .isEqualTo(
            "kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics"
                + " --entity-name shop.offsets --add-config min.insync.replicas=2");
  }

  @Test
  void shouldWarnOfBrokersThatMakeTopicsByThemselves() {
    var brokers = new BrokerSettings(1, Map.of("auto.create.topics.enable", "true"));
    assertThat(judge(brokers, found(1, "1")))
        .singleElement()
        .extracting(Finding::subject)
        .isEqualTo("auto.create.topics.enable");
  }

  @Test
  void shouldMakeTopicsOfThreeCopiesSoThatTwoAreAwaited() {
    var setting = new TopicSetting("t", 1, new TreeMap<>(Map.of("a", "b")));
    assertThat(setting.with(broker("3", "1").forTopics()).config())
        .isEqualTo(Map.of("a", "b", "min.insync.replicas", "2"));
    assertThat(broker("2", "1").forTopics()).isEmpty();
    assertThat(broker("3", "2").forTopics()).isEmpty();
    assertThat(new BrokerSettings(3, Map.of()).forTopics()).isEmpty();
  }

  private static BrokerSettings broker(String copies, String inSync) {
    return new BrokerSettings(
        3, Map.of("default.replication.factor", copies, "min.insync.replicas", inSync));
  }

  private static TopicRule.Found found(int replicas, String inSync) {
    return new TopicRule.Found(1, replicas, Map.of("min.insync.replicas", inSync));
  }

  private static List<Finding> judge(BrokerSettings brokers, TopicRule.Found found) {
    return BrokerRule.judge(brokers, Map.of("shop.offsets", found), "kafka:9092");
  }
}
