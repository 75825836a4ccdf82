package dev.tandem.contracts;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.contracts.MoveRule.Entry;
import dev.tandem.wire.ContractPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One partition of a contract topic, by a consumer of its own. Reading on is cheap, going back is
/// a fetch. Not thread-safe.
final class KafkaContractLog implements MoveRule.Log, AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(200);

  /// So long nothing may come before Kafka counts as gone.
  private static final Duration STALLED = Duration.ofSeconds(30);

  /// How far it is looked back at first.
  private static final long BACK = 64;

  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ArrayDeque<Entry> ahead = new ArrayDeque<>();

  /// What is fetched holds every record from here on.
  private long fetched = Long.MAX_VALUE;

  KafkaContractLog(Map<String, Object> client, TopicPartition partition) {
    this.partition = partition;
    consumer = KafkaClients.consumer(ReadConfig.turning(client));
    consumer.assign(List.of(partition));
  }

  @Override
  public long start() {
    return consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  @Override
  public long end() {
    return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  @Override
  public @Nullable Entry at(long offset) {
    if (offset < fetched) {
      ahead.clear();
      consumer.seek(partition, Math.max(offset, start()));
    }
    fetched = offset;
    while (!ahead.isEmpty() && ahead.getFirst().offset() < offset) {
      ahead.removeFirst();
    }
    if (ahead.isEmpty()) {
      if (consumer.position(partition) < offset) {
        consumer.seek(partition, offset);
      }
      fetch();
    }
    return ahead.peekFirst();
  }

  /// Behind the last records stand the markers of their transactions.
  private void fetch() {
    long end = end();
    long since = System.nanoTime();
    while (ahead.isEmpty() && consumer.position(partition) < end) {
      for (var record : consumer.poll(TURN)) {
        ahead.add(new Entry(record.offset(), record.key(), ContractPosition.of(record.headers())));
      }
      if (System.nanoTime() - since > STALLED.toNanos()) {
        throw new TimeoutException(
            "expected " + partition + " to be read up to " + end + ", found nothing");
      }
    }
  }

  @Override
  public @Nullable Entry before(long offset) {
    long start = start();
    for (long back = BACK; ; back *= 4) {
      long from = Math.max(start, offset - back);
      Entry last = null;
      for (Entry each = at(from);
          each != null && each.offset() < offset;
          each = at(each.offset() + 1)) {
        last = each;
      }
      if (last != null || from == start) {
        return last;
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
