package dev.tandem.setup;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Makes the topics of a migration, with the broker's own replication factor, and verifies those
/// that exist. It changes none that exists.
final class TopicSetup {
  private static final String LABEL = "topic ";
  private final KafkaAdmin kafka;
  private final List<TopicSetting> settings;

  /// What the brokers' own settings ask for beside; null until a topic is missing.
  private @Nullable Map<String, String> more;

  TopicSetup(KafkaAdmin kafka, List<TopicSetting> settings) {
    this.kafka = kafka;
    this.settings = List.copyOf(settings);
  }

  private Map<String, String> more() {
    Map<String, String> known = more;
    return known == null ? Map.of() : known;
  }

  List<Step> steps() {
    Map<String, TopicRule.Found> found = found();
    if (more == null && found.size() < settings.size()) {
      more = BrokerSettings.read(kafka).forTopics();
    }
    var steps = new ArrayList<Step>();
    for (TopicSetting setting : settings) {
      TopicRule.Found topic = found.get(setting.name());
      steps.add(topic == null ? missing(setting) : judged(setting, topic));
    }
    return steps;
  }

  /// Makes those that are missing, and returns once the brokers know them.
  void create(Collection<Step> missing) {
    var names = missing.stream().map(Step::name).toList();
    var wanted =
        settings.stream()
            .filter(setting -> names.contains(label(setting)))
            .map(
                setting ->
                    new NewTopic(
                            setting.name(), Optional.of(setting.partitions()), Optional.empty())
                        .configs(setting.with(more()).config()))
            .toList();
    kafka
        .client()
        .createTopics(wanted)
        .values()
        .forEach((name, made) -> create(name, () -> kafka.answer(made, "making topic " + name)));
    awaitKnown(wanted);
  }

  private static void create(String name, Runnable creation) {
    try {
      creation.run();
    } catch (TopicExistsException e) {
      // Another set-up made it in the meantime; verified like any other at the next start.
    } catch (ApiException e) {
      throw new SetupException(
          "topic "
              + name
              + " cannot be made: "
              + e.getMessage()
              + "; fix: make it by hand, with the"
              + " command that tandem setup SPEC --print shows",
          e);
    }
  }

  private void awaitKnown(List<NewTopic> topics) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    var names = topics.stream().map(NewTopic::name).toList();
    while (!existing(names).keySet().containsAll(names)) {
      if (System.nanoTime() > deadline) {
        throw new SetupException(
            "topics were made, but Kafka at "
                + kafka.servers()
                + " does not"
                + " show them after 10 s: "
                + names
                + "; fix: run set-up again");
      }
    }
  }

  /// How many records a topic has ever had; 0 if there is no such topic.
  long records(String topic) {
    TopicDescription found = existing(List.of(topic)).get(topic);
    int partitions = found == null ? 0 : found.partitions().size();
    long records = 0;
    for (int i = 0; i < partitions; i++) {
      var partition = new TopicPartition(topic, i);
      var end = kafka.client().listOffsets(Map.of(partition, OffsetSpec.latest()));
      records +=
          kafka.answer(end.partitionResult(partition), "reading the end of " + topic).offset();
    }
    return records;
  }

  private Step missing(TopicSetting setting) {
    String command = setting.with(more()).create(kafka.servers());
    return Step.toDo(Step.Place.KAFKA, label(setting), List.of(command));
  }

  private Step judged(TopicSetting setting, TopicRule.Found topic) {
    return TopicRule.judge(setting, topic, kafka.servers())
        .map(wrong -> Step.refused(Step.Place.KAFKA, label(setting), wrong.cause(), wrong.fix()))
        .orElseGet(
            () ->
                Step.exists(
                    Step.Place.KAFKA,
                    label(setting),
                    topic.partitions()
                        + (topic.partitions() == 1 ? " partition, " : " partitions, ")
                        + setting.config().get("cleanup.policy")));
  }

  private static String label(TopicSetting setting) {
    return LABEL + setting.name();
  }

  /// The name of the topic that a step is about.
  static String topic(Step step) {
    return step.name().substring(LABEL.length());
  }

  /// Those of the topics that exist.
  Map<String, TopicRule.Found> found() {
    Map<String, TopicDescription> existing =
        existing(settings.stream().map(TopicSetting::name).toList());
    var resources =
        existing.keySet().stream()
            .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
            .toList();
    var found = new HashMap<String, TopicRule.Found>();
    kafka
        .answer(kafka.client().describeConfigs(resources).all(), "reading topic settings")
        .forEach(
            (resource, config) -> {
              var values = new HashMap<String, String>();
              config.entries().stream()
                  .filter(entry -> entry.value() != null)
                  .forEach(entry -> values.put(entry.name(), entry.value()));
              TopicDescription topic = existing.get(resource.name());
              if (topic != null) {
                found.put(
                    resource.name(),
                    new TopicRule.Found(topic.partitions().size(), replicas(topic), values));
              }
            });
    return found;
  }

  private static int replicas(TopicDescription topic) {
    return topic.partitions().stream().mapToInt(it -> it.replicas().size()).min().orElse(0);
  }

  /// Those of the topics that exist.
  private Map<String, TopicDescription> existing(List<String> names) {
    var existing = new HashMap<String, TopicDescription>();
    kafka
        .client()
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, description) -> {
              try {
                existing.put(name, kafka.answer(description, "looking at topic " + name));
              } catch (UnknownTopicOrPartitionException e) {
                // Not there: to be made.
              } catch (ApiException e) {
                throw new KafkaException("topic " + name + ": " + e.getMessage(), e);
              }
            });
    return existing;
  }
}
