package dev.tandem.contracts;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// Who reads which topic, by the positions of groups of consumers, of streams and share groups. A
/// reader that commits nothing is not seen.
public final class ContractConsumers implements AutoCloseable {
  private static final Duration READ = Duration.ofSeconds(5);

  /// Before a position stand the markers of transactions, which are no records.
  private static final int LOOK_BACK = 50;

  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> reader;

  /// One group on one topic.
  ///
  /// @param state of the group, as Kafka names it
  /// @param members that the group has now
  /// @param lag records between its positions and the end, transaction markers included; a
  ///     partition without a position counts whole
  /// @param lastRead when the newest record that it has read was written; empty where none is known
  public record Group(
      String topic,
      String group,
      String state,
      int members,
      long lag,
      Optional<Instant> lastRead) {}

  /// @param client properties of Kafka clients
  public ContractConsumers(Map<String, Object> client) {
    admin = KafkaClients.admin(client);
    reader = KafkaClients.consumer(ReadConfig.turning(client));
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }

  /// The topics that exist of those that are named, and what goes with them: other versions, and
  /// what other translations write.
  public List<String> existing(Collection<String> named) {
    return ReadingGroups.answer(admin.listTopics().names()).stream()
        .filter(
            topic -> named.stream().anyMatch(it -> topic.equals(it) || topic.startsWith(it + ".")))
        .sorted()
        .toList();
  }

  /// Every group with a position in one of the topics, by topic and group. A topic that is not
  /// there has none.
  public List<Group> read(Collection<String> topics) {
    var existing = new TreeSet<>(ReadingGroups.answer(admin.listTopics().names()));
    existing.retainAll(topics);
    if (existing.isEmpty()) {
      return List.of();
    }
    var partitions = partitions(existing);
    var bounds =
        new Bounds(
            offsets(partitions, OffsetSpec.earliest()), offsets(partitions, OffsetSpec.latest()));
    var found = new ArrayList<Group>();
    var groups = ReadingGroups.list(admin);
    groups
        .positions()
        .forEach(
            (group, positions) -> {
              for (String topic : existing) {
                var here = new HashMap<>(positions);
                here.keySet().removeIf(partition -> !partition.topic().equals(topic));
                if (!here.isEmpty()) {
                  found.add(group(topic, group, here, bounds, groups.members(group)));
                }
              }
            });
    return found.stream()
        .sorted((a, b) -> (a.topic + " " + a.group).compareTo(b.topic + " " + b.group))
        .toList();
  }

  private record Bounds(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {}

  private Group group(
      String topic,
      String group,
      Map<TopicPartition, Long> positions,
      Bounds bounds,
      ReadingGroups.Members members) {
    long lag = 0;
    for (var end : bounds.ends.entrySet()) {
      if (end.getKey().topic().equals(topic)) {
        long start = bounds.starts.getOrDefault(end.getKey(), 0L);
        long position = Math.max(start, positions.getOrDefault(end.getKey(), start));
        lag += Math.max(0, end.getValue() - position);
      }
    }
    var lastRead =
        positions.entrySet().stream()
            .flatMap(at -> lastRead(at.getKey(), at.getValue(), bounds).stream())
            .max(Instant::compareTo);
    return new Group(topic, group, members.state(), members.count(), lag, lastRead);
  }

  /// When the record before a position was written.
  private Optional<Instant> lastRead(TopicPartition partition, long position, Bounds bounds) {
    long start = bounds.starts.getOrDefault(partition, 0L);
    long end = bounds.ends.getOrDefault(partition, 0L);
    long from = Math.max(start, Math.min(position, end) - LOOK_BACK);
    if (from >= position || from >= end) {
      return Optional.empty();
    }
    reader.assign(List.of(partition));
    reader.seek(partition, from);
    Optional<Instant> last = Optional.empty();
    long deadline = System.nanoTime() + READ.toNanos();
    while (reader.position(partition) < Math.min(position, end) && System.nanoTime() < deadline) {
      for (var record : reader.poll(Duration.ofMillis(200))) {
        if (record.offset() < position) {
          last = Optional.of(Instant.ofEpochMilli(record.timestamp()));
        }
      }
    }
    return last;
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
    var asked = partitions.stream().collect(Collectors.toMap(it -> it, _ -> which));
    var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var offsets = new HashMap<TopicPartition, Long>();
    ReadingGroups.answer(admin.listOffsets(asked, options).all())
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  private List<TopicPartition> partitions(Collection<String> topics) {
    return ReadingGroups.answer(admin.describeTopics(topics).allTopicNames()).values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition())))
        .toList();
  }
}
