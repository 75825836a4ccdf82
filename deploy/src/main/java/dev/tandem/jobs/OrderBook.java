package dev.tandem.jobs;

import dev.tandem.job.JobOrder;
import dev.tandem.ledger.DurableRecord;
import dev.tandem.ledger.LedgerException;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.wire.JobOrders;
import dev.tandem.wire.Registry;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The orders of a migration's jobs in its control topic. Not thread-safe.
public final class OrderBook implements AutoCloseable {
  private final Map<String, Object> kafka;
  private final String topic;
  private final TopicReplay replay;
  private final Map<String, JobOrder> byKey = new HashMap<>();

  /// @param topic the control topic
  public OrderBook(Map<String, Object> kafka, String topic) {
    this.kafka = Map.copyOf(kafka);
    this.topic = topic;
    this.replay = TopicReplay.whole(kafka, topic);
  }

  /// The last order of each job, the oldest job first.
  ///
  /// @throws LedgerException if there is no such topic
  public List<JobOrder> read() {
    replay.toEnd(this::take);
    return byKey.values().stream().sorted(JobOrder.BY_AGE).toList();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (!JobOrder.isKey(key)) {
      return;
    }
    try {
      if (record.value() == null) {
        byKey.remove(key);
      } else {
        byKey.put(key, JobOrders.decode(record.value()));
      }
    } catch (UndecodableException ofAnotherVersion) {
      byKey.remove(key);
    }
  }

  /// Returns when it is durable.
  ///
  /// @throws LedgerException if it was not accepted
  public void write(JobOrder order, Registry registry) {
    byte[] value = new JobOrders(registry, topic).encode(order);
    byte[] key = order.key().getBytes(StandardCharsets.UTF_8);
    DurableRecord.send(kafka, new ProducerRecord<>(topic, 0, key, value), "order");
  }

  @Override
  public void close() {
    replay.close();
  }
}
