package dev.tandem.setup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;

/// What the brokers say of themselves.
///
/// @param brokers how many there are
/// @param config every setting of one of them, defaults included; empty where it may not be seen
record BrokerSettings(int brokers, Map<String, String> config) {
  /// Copies of a topic from which on one may be lost without a write being refused, though each
  /// has to reach two.
  static final int SAFE = 3;

  static final String IN_SYNC = "min.insync.replicas";

  BrokerSettings {
    config = Map.copyOf(config);
  }

  static BrokerSettings read(KafkaAdmin kafka) {
    var nodes = kafka.answer(kafka.client().describeCluster().nodes(), "asking for the brokers");
    var config = new HashMap<String, String>();
    try {
      var first =
          new ConfigResource(ConfigResource.Type.BROKER, nodes.iterator().next().idString());
      kafka
          .answer(
              kafka.client().describeConfigs(List.of(first)).all(), "reading a broker's settings")
          .values()
          .forEach(
              found ->
                  found.entries().stream()
                      .filter(entry -> entry.value() != null)
                      .forEach(entry -> config.put(entry.name(), entry.value())));
    } catch (ApiException hidden) {
      // A cluster that others run may not show them; what they would decide is left to it.
    }
    return new BrokerSettings(nodes.size(), config);
  }

  /// What a topic gets beside its own settings, so that it goes on taking each record twice where
  /// there are copies enough.
  Map<String, String> forTopics() {
    boolean safe =
        number("default.replication.factor") >= SAFE
            && config.containsKey(IN_SYNC)
            && number(IN_SYNC) < 2;
    return safe ? Map.of(IN_SYNC, "2") : Map.of();
  }

  boolean makesTopics() {
    return "true".equals(config.get("auto.create.topics.enable"));
  }

  private int number(String setting) {
    return Integer.parseInt(config.getOrDefault(setting, "1"));
  }
}
