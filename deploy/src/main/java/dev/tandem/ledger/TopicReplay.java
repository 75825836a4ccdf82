package dev.tandem.ledger;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// A topic's committed records, from its start or from a moment, then what comes. Belongs to no
/// consumer group and commits nothing. Not thread-safe.
public final class TopicReplay implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  private final Optional<Instant> since;

  private TopicReplay(Map<String, Object> kafka, String topic, Optional<Instant> since) {
    this.topic = topic;
    this.since = since;
    consumer = KafkaClients.consumer(ReadConfig.following(kafka));
  }

  /// All that the topic holds.
  public static TopicReplay whole(Map<String, Object> kafka, String topic) {
    return new TopicReplay(kafka, topic, Optional.empty());
  }

  /// What was written since a moment, by the clock of whoever wrote it.
  public static TopicReplay since(Map<String, Object> kafka, String topic, Instant moment) {
    return new TopicReplay(kafka, topic, Optional.of(moment));
  }

  /// Whether the topic is there.
  public boolean exists() {
    return !consumer.assignment().isEmpty() || !partitions().isEmpty();
  }

  private List<TopicPartition> partitions() {
    List<PartitionInfo> found = consumer.partitionsFor(topic, WITHIN);
    return found == null
        ? List.of()
        : found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  /// Every record up to the end as it is now; each call goes on where the one before ended.
  ///
  /// @throws LedgerException if there is no such topic, or if Kafka gives nothing for half a minute
  public void toEnd(Consumer<ConsumerRecord<byte[], byte[]>> records) {
    assign();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), WITHIN);
    long missing = missing(ends);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (missing > 0) {
      consumer.poll(Duration.ofMillis(200)).forEach(records);
      long still = missing(ends);
      if (still < missing) {
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new LedgerException(
            "topic "
                + topic
                + " gave nothing for "
                + PATIENCE.toSeconds()
                + " s, "
                + still
                + " offsets before its end; fix: look at the brokers and at open transactions of it");
      }
      missing = still;
    }
  }

  /// What comes within a time; returns as soon as something has come.
  public void next(Duration within, Consumer<ConsumerRecord<byte[], byte[]>> records) {
    assign();
    consumer.poll(within).forEach(records);
  }

  private void assign() {
    if (!consumer.assignment().isEmpty()) {
      return;
    }
    List<TopicPartition> partitions = partitions();
    if (partitions.isEmpty()) {
      throw new LedgerException("there is no topic " + topic + "; fix: tandem setup SPEC");
    }
    consumer.assign(partitions);
    since.ifPresentOrElse(
        moment -> seek(partitions, moment), () -> consumer.seekToBeginning(partitions));
  }

  private void seek(List<TopicPartition> partitions, Instant moment) {
    var times = new HashMap<TopicPartition, Long>();
    partitions.forEach(partition -> times.put(partition, moment.toEpochMilli()));
    consumer
        .offsetsForTimes(times, WITHIN)
        .forEach(
            (partition, found) -> {
              if (found == null) {
                consumer.seekToEnd(List.of(partition));
              } else {
                consumer.seek(partition, found.offset());
              }
            });
  }

  private long missing(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey(), WITHIN)))
        .sum();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
