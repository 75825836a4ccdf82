package dev.tandem.aligned;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.UndecodableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Looks at what the next record of a contract topic is of. Of what translation found unchanged no
/// record comes; where the next one is of a transaction beyond a position, whoever has applied all
/// before it holds what is to be held at that position. Not thread-safe.
final class ContractAhead implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  ContractAhead(Map<String, Object> kafka, String topic) {
    this.topic = topic;
    this.consumer = KafkaClients.consumer(ReadConfig.turning(kafka));
  }

  /// Whether the record that follows without a gap is there, and is of a transaction that ends
  /// beyond an offset of the outbox.
  ///
  /// @param standing as the partition's checkpoint says it
  /// @param turn until when it is waited for; false if that is over
  boolean isBeyond(int partition, Standing standing, long most, Turn turn) {
    var of = new TopicPartition(topic, partition);
    consumer.assign(List.of(of));
    long end = consumer.endOffsets(List.of(of), WITHIN).getOrDefault(of, 0L);
    consumer.seek(of, standing.contractOffset() + 1);
    while (!turn.isOver() && consumer.position(of, WITHIN) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return isNext(record, standing, most);
      }
    }
    return false;
  }

  private static boolean isNext(
      ConsumerRecord<byte[], byte[]> record, Standing standing, long most) {
    try {
      var position = ContractPosition.of(record.headers());
      return position.sequence() == standing.sequence() + 1 && position.outboxEnd() > most;
    } catch (UndecodableException unknown) {
      return false;
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
