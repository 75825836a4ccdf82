package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TopicRuleTest {
  private static final TopicSetting OUTBOX =
      new TopicSetting(
          "shop.orders.outbox",
          4,
          new TreeMap<>(Map.of("cleanup.policy", "delete", "retention.ms", "-1")));

  @Test
  void shouldTakeATopicThatKeepsAtLeastAsMuch() {
    var setting = new TopicSetting("t", 2, new TreeMap<>(Map.of("min.compaction.lag.ms", "1000")));
    assertThat(judge(setting, 2, Map.of("min.compaction.lag.ms", "1000"))).isEmpty();
    assertThat(judge(setting, 2, Map.of("min.compaction.lag.ms", "2000"))).isEmpty();
    assertThat(judge(setting, 2, Map.of("min.compaction.lag.ms", "999"))).isPresent();
  }

  @Test
  void shouldNotTakeALimitedRetentionForNone() {
    assertThat(judge(OUTBOX, 4, config("delete", "604800000")))
        .hasValueSatisfying(
            wrong -> {
              assertThat(wrong.cause()).isEqualTo("expected retention.ms=-1, found 604800000");
              assertThat(wrong.fix())
                  .isEqualTo(
                      "kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics"
                          + " --entity-name shop.orders.outbox --add-config retention.ms=-1");
            });
  }

  @Test
  void shouldNameEveryMismatchAtOnce() {
    assertThat(judge(OUTBOX, 1, config("compact", "-1")))
        .hasValueSatisfying(
            wrong ->
                assertThat(wrong.cause())
                    .contains("expected 4 partitions, found 1")
                    .contains("expected cleanup.policy=delete, found compact")
                    .doesNotContain("retention"));
  }

  @Test
  void shouldNameTheWayToAnotherNumberOfPartitions() {
    assertThat(judge(OUTBOX, 1, config("delete", "-1")))
        .hasValueSatisfying(
            wrong ->
                assertThat(wrong.fix())
                    .endsWith(
                        ", or say partitions: 1 in the spec, or let 4 partitions take the place of"
                            + " these: tandem rebuild SPEC start --domain orders --from legacy"));
    var alone = new TopicSetting("shop.control", 1, new TreeMap<>());
    assertThat(judge(alone, 3, Map.of()))
        .hasValueSatisfying(wrong -> assertThat(wrong.fix()).doesNotContain("partitions:"));
  }

  private static Map<String, String> config(String policy, String retention) {
    var config = new HashMap<String, String>();
    config.put("cleanup.policy", policy);
    config.put("retention.ms", retention);
    return config;
  }

  private static java.util.Optional<TopicRule.Mismatch> judge(
      TopicSetting wanted, int partitions, Map<String, String> config) {
    return TopicRule.judge(wanted, new TopicRule.Found(partitions, 1, config), "kafka:9092");
  }
}
