package dev.tandem.reconcile;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.reconcile.PartitionEnds.Heard;
import dev.tandem.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears the captures of both stores say how far they have read, which each does with every
/// transaction of its store's log, its own heartbeats among them. Heard is only what is new and
/// committed: a capture that starts again and again, and gets no further, says nothing. Used by one
/// thread.
final class CaptureWords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureWords.class);
  private static final Duration LISTEN = Duration.ofMillis(100);
  private static final byte[] PROVEN = Topics.PROVEN.getBytes(StandardCharsets.UTF_8);
  private final InstantSource clock;
  private final TopicPartition capture;
  private final TopicPartition observe;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, byte[]> last = new HashMap<>();
  private final Map<TopicPartition, Long> heard = new HashMap<>();

  CaptureWords(Map<String, String> client, String migration, InstantSource clock) {
    this.clock = clock;
    capture = new TopicPartition(Topics.offsets(migration), 0);
    observe = new TopicPartition(Topics.observedOffsets(migration), 0);
    var config = ReadConfig.following(client);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    consumer = KafkaClients.consumer(config);
    consumer.assign(List.of(capture, observe));
  }

  /// When each was heard last, after a moment of listening.
  Heard listen() {
    try {
      for (var record : consumer.poll(LISTEN)) {
        var from = new TopicPartition(record.topic(), record.partition());
        if (Arrays.equals(record.key(), PROVEN)
            && !Arrays.equals(record.value(), last.put(from, record.value()))) {
          heard.put(from, ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
        }
      }
    } catch (InterruptException stopped) {
      throw stopped;
    } catch (KafkaException away) {
      LOG.debug("the captures of {} and {} are not heard", capture, observe, away);
    }
    return new Heard(heard.getOrDefault(capture, 0L), heard.getOrDefault(observe, 0L));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
