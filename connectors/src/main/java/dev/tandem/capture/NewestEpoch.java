package dev.tandem.capture;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// The newest source epoch that topics of captured records speak of. Every record says its epoch,
/// and in a partition they only go up, since one writer at a time writes them: so it is the largest
/// of the partitions' last records.
final class NewestEpoch implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration TURN = Duration.ofMillis(200);

  /// So many offsets from the end are read first; then, where they are all of transactions that
  /// came to nothing, sixteen times as many before them.
  private static final long FIRST = 64;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final OutboxDecoder decoder;

  /// @param client Kafka client properties as the user gave them
  NewestEpoch(Map<String, Object> client, Registry registry) {
    consumer = KafkaClients.consumer(ReadConfig.turning(client));
    decoder = new OutboxDecoder(registry);
  }

  /// @return 0 where none of them holds a record
  int of(Set<String> topics) {
    int newest = 0;
    for (String topic : topics) {
      for (var info : consumer.partitionsFor(topic, WITHIN)) {
        newest = Math.max(newest, last(new TopicPartition(topic, info.partition())));
      }
    }
    return newest;
  }

  private int last(TopicPartition partition) {
    List<TopicPartition> only = List.of(partition);
    consumer.assign(only);
    long start = consumer.beginningOffsets(only, WITHIN).getOrDefault(partition, 0L);
    long upTo = consumer.endOffsets(only, WITHIN).getOrDefault(partition, 0L);
    int found = 0;
    for (long step = FIRST; found == 0 && upTo > start; step *= 16) {
      long from = Math.max(start, upTo - step);
      found = newest(partition, from, upTo);
      upTo = from;
    }
    return found;
  }

  private int newest(TopicPartition partition, long from, long upTo) {
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + WITHIN.toNanos();
    int newest = 0;
    while (consumer.position(partition, WITHIN) < upTo) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("expected " + partition + " to be read up to " + upTo);
      }
      for (var record : consumer.poll(TURN)) {
        if (record.value() != null && record.offset() < upTo) {
          newest = Math.max(newest, epoch(record.value()));
        }
      }
    }
    return newest;
  }

  /// 0 for what is no record of ours.
  private int epoch(byte[] value) {
    try {
      return decoder.decode(value).epoch();
    } catch (UndecodableException none) {
      return 0;
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
