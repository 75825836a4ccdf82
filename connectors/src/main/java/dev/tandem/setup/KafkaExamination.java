package dev.tandem.setup;

import dev.tandem.setup.Finding.Area;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.ApiException;

/// The doctor's look at Kafka. Changes nothing.
final class KafkaExamination {
  private static final String TRANSACTIONS = "transaction.version";

  /// From here on a late record of an aborted transaction cannot get into the next one.
  private static final int SAFE = 2;

  private final KafkaAdmin kafka;
  private final TopicSetup topics;
  private final List<Step> steps;

  /// @param steps of set-up that are about the topics
  KafkaExamination(KafkaAdmin kafka, TopicSetup topics, List<Step> steps) {
    this.kafka = kafka;
    this.topics = topics;
    this.steps = List.copyOf(steps);
  }

  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    var settings = BrokerSettings.read(kafka);
    int brokers = settings.brokers();
    findings.add(
        Finding.ok(
            Area.KAFKA,
            "Kafka at " + kafka.servers(),
            brokers + (brokers == 1 ? " broker answers" : " brokers answer")));
    findings.add(transactions());
    findings.addAll(BrokerRule.judge(settings, topics.found(), kafka.servers()));
    steps.forEach(step -> findings.add(Finding.of(Area.KAFKA, step)));
    return findings;
  }

  private Finding transactions() {
    try {
      var features =
          kafka
              .answer(kafka.client().describeFeatures().featureMetadata(), "asking for features")
              .finalizedFeatures();
      var range = features.get(TRANSACTIONS);
      int level = range == null ? 0 : range.maxVersionLevel();
      return level >= SAFE
          ? Finding.ok(Area.KAFKA, TRANSACTIONS, Integer.toString(level))
          : Finding.failure(
              Area.KAFKA,
              TRANSACTIONS,
              "expected 2 or later, found " + level + ": transactions are not safe",
              "kafka-features.sh --bootstrap-server "
                  + kafka.servers()
                  + " upgrade --feature transaction.version=2");
    } catch (ApiException e) {
      return Finding.warning(
          Area.KAFKA,
          TRANSACTIONS,
          "cannot be asked for: " + e.getMessage(),
          "kafka-features.sh --bootstrap-server " + kafka.servers() + " describe");
    }
  }
}
