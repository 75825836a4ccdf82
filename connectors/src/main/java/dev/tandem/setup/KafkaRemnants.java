package dev.tandem.setup;

import dev.tandem.setup.Remnant.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Finds and removes what a migration has in Kafka.
final class KafkaRemnants {
  private final KafkaAdmin kafka;
  private final OwnNames own;

  KafkaRemnants(KafkaAdmin kafka, OwnNames own) {
    this.kafka = kafka;
    this.own = own;
  }

  List<Remnant> found() {
    var found = new ArrayList<Remnant>();
    // A topic of a streams application is internal to it, not to Kafka; both are listed.
    var options = new ListTopicsOptions().listInternal(true);
    kafka.answer(kafka.client().listTopics(options).names(), "listing topics").stream()
        .filter(own::isTopic)
        .sorted()
        .forEach(topic -> found.add(new Remnant(Kind.TOPIC, topic, "with all its records")));
    kafka.answer(kafka.client().listGroups().all(), "listing groups").stream()
        .map(group -> group.groupId())
        .filter(own::isGroup)
        .sorted()
        .forEach(group -> found.add(new Remnant(Kind.GROUP, group, "with its positions")));
    return found;
  }

  void deleteTopic(String name) {
    try {
      kafka.answer(kafka.client().deleteTopics(List.of(name)).all(), "deleting topic " + name);
    } catch (UnknownTopicOrPartitionException e) {
      // Gone already.
    }
  }

  void deleteGroup(String name) {
    try {
      kafka.answer(
          kafka.client().deleteConsumerGroups(List.of(name)).all(), "deleting group " + name);
    } catch (GroupIdNotFoundException e) {
      // Gone already.
    }
  }
}
