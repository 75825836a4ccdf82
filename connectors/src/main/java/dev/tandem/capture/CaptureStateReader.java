package dev.tandem.capture;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Reads where a capture stands from Kafka, beside it. Each reading goes on where the last one
/// ended. Not thread-safe.
public final class CaptureStateReader implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);
  private final TopicPartition partition;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final CaptureState state = new CaptureState();

  /// @param client Kafka client properties as the user gave them
  public CaptureStateReader(Map<String, Object> client, CaptureNames names) {
    partition = new TopicPartition(names.offsets(), 0);
    consumer = KafkaClients.consumer(ReadConfig.following(client));
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /// What the last complete write left.
  public CaptureState read() {
    each(record -> state.apply(StateCodec.decode(record.key(), record.value())));
    return state;
  }

  /// What was ever written, as far as nothing was read here yet.
  public WrittenBefore written() {
    var keys = new ArrayList<String>();
    each(record -> keys.add(new String(record.key(), StandardCharsets.UTF_8)));
    return WrittenBefore.of(keys);
  }

  private void each(Consumer<ConsumerRecord<byte[], byte[]>> taken) {
    Long end = consumer.endOffsets(List.of(partition), TIMEOUT).get(partition);
    while (end != null && consumer.position(partition, TIMEOUT) < end) {
      for (var record : consumer.poll(POLL)) {
        if (record.value() != null) {
          taken.accept(record);
        }
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
