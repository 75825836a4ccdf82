package dev.tandem.setup;

import dev.tandem.setup.Finding.Area;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Whether a cluster keeps what it is given: more than one broker has each record, each write
/// reaches two of three, and no topic that is gone comes back by being asked for, empty and in
/// another form.
final class BrokerRule {
  private BrokerRule() {}

  /// @param topics those of the migration that exist
  static List<Finding> judge(
      BrokerSettings brokers, Map<String, TopicRule.Found> topics, String servers) {
    var findings = new ArrayList<Finding>();
    if (brokers.makesTopics()) {
      findings.add(
          Finding.warning(
              Area.KAFKA,
              "auto.create.topics.enable",
              "true: a topic that is deleted is made again by whoever writes to it next, with one"
                  + " partition and for a week",
              "auto.create.topics.enable=false in the settings of each broker, then restart it"));
    }
    List<String> single = named(topics, found -> found.replicas() == 1);
    if (brokers.brokers() > 1 && !single.isEmpty()) {
      findings.add(
          Finding.warning(
              Area.KAFKA,
              "copies of topics",
              "expected more than one on "
                  + brokers.brokers()
                  + " brokers, found one of "
                  + String.join(", ", single)
                  + ": with its broker what it holds is away, and may be lost",
              "kafka-reassign-partitions.sh --bootstrap-server " + servers + ", with 3 replicas"));
    }
    List<String> loose = named(topics, BrokerRule::isLoose);
    if (!loose.isEmpty()) {
      findings.add(
          Finding.warning(
              Area.KAFKA,
              BrokerSettings.IN_SYNC,
              "expected 2 or more where there are three copies, found 1 of "
                  + String.join(", ", loose)
                  + ": a record may be taken that only one broker has",
              String.join("; ", loose.stream().map(topic -> tighten(topic, servers)).toList())));
    }
    return findings;
  }

  private static boolean isLoose(TopicRule.Found found) {
    return found.replicas() >= BrokerSettings.SAFE
        && "1".equals(found.config().get(BrokerSettings.IN_SYNC));
  }

  private static List<String> named(
      Map<String, TopicRule.Found> topics, Predicate<TopicRule.Found> which) {
    return topics.entrySet().stream()
        .filter(topic -> which.test(topic.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static String tighten(String topic, String servers) {
    return "kafka-configs.sh --bootstrap-server "
        + servers
        + " --alter --entity-type topics --entity-name "
        + topic
        + " --add-config "
        + BrokerSettings.IN_SYNC
        + "=2";
  }
}
