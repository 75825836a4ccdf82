package dev.tandem.capture;

import dev.tandem.clients.KafkaClients;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How large a record may be. The rule: it is taken for certain if it fits, uncompressed and alone
/// in its batch, into the producer's request, the producer's memory and the topic's largest batch.
final class RecordLimit {
  private static final Logger LOG = LoggerFactory.getLogger(RecordLimit.class);

  /// More than the headers of a request, a batch and a record take.
  private static final int ROOM = 1024;

  private RecordLimit() {}

  static int of(long request, long memory, Collection<Long> topics) {
    long least = Math.min(request, memory);
    for (long topic : topics) {
      least = Math.min(least, topic);
    }
    return Math.clamp(least - ROOM, 0, Integer.MAX_VALUE);
  }

  /// As the topics are configured now; of what may not be seen nothing is assumed.
  static int of(Map<String, Object> client, Map<String, Object> producer, Set<String> topics) {
    return of(
        number(producer, ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        number(producer, ProducerConfig.BUFFER_MEMORY_CONFIG),
        largestBatches(client, topics));
  }

  private static Collection<Long> largestBatches(Map<String, Object> client, Set<String> topics) {
    var asked =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    try (var admin = KafkaClients.admin(client)) {
      return admin.describeConfigs(asked).all().get().values().stream()
          .map(config -> config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
          .map(entry -> Long.parseLong(entry.value()))
          .toList();
    } catch (ExecutionException refused) {
      LOG.warn("cannot see the largest record that {} take: {}", topics, refused.getMessage());
      return Set.of();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", stopped);
    }
  }

  private static long number(Map<String, Object> config, String name) {
    return Long.parseLong(String.valueOf(config.get(name)));
  }
}
