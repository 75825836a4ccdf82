package dev.tandem.status;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// What stands at a place of a partition, for counting: the end of a partition holds markers of
/// transactions that are no records, so an offset alone does not say whether anything is pending.
/// Not thread-safe.
final class OutboxTail implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private final KafkaConsumer<byte[], byte[]> consumer;

  /// Where the next [#all] goes on.
  private final Map<TopicPartition, Long> read = new HashMap<>();

  OutboxTail(Map<String, Object> kafka) {
    var properties = ReadConfig.turning(kafka);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    consumer = KafkaClients.consumer(properties);
  }

  /// @param pending records at or after an offset, counted as offsets where there are many
  /// @param oldest Kafka's time of the first of them, milliseconds since 1970-01-01T00:00Z; 0 if
  ///     there is none
  record Pending(long pending, long oldest) {
    static final Pending NONE = new Pending(0, 0);
  }

  /// The end that a reader of committed records can reach.
  long end(TopicPartition partition) {
    return consumer.endOffsets(List.of(partition), WITHIN).getOrDefault(partition, 0L);
  }

  /// What stands at or after `from`.
  Pending from(TopicPartition partition, long from) {
    long end = end(partition);
    if (from >= end) {
      return Pending.NONE;
    }
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + WITHIN.toNanos();
    while (consumer.position(partition) < end && System.nanoTime() < deadline) {
      var records = consumer.poll(Duration.ofMillis(200)).records(partition);
      if (!records.isEmpty()) {
        ConsumerRecord<byte[], byte[]> first = records.getFirst();
        return new Pending(Math.max(records.size(), end - 1 - first.offset()), first.timestamp());
      }
    }
    return Pending.NONE;
  }

  /// Every committed value of a topic, from its start; each call goes on where the last one ended.
  void all(String topic, Consumer<byte[]> values) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, WITHIN).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, WITHIN);
    consumer.assign(partitions);
    partitions.forEach(partition -> consumer.seek(partition, read.getOrDefault(partition, 0L)));
    long deadline = System.nanoTime() + WITHIN.toNanos();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))
        && System.nanoTime() < deadline) {
      consumer.poll(Duration.ofMillis(200)).forEach(record -> values.accept(record.value()));
    }
    partitions.forEach(partition -> read.put(partition, consumer.position(partition)));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
