package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.clients.Connections;
import dev.tandem.clients.KafkaClients;
import dev.tandem.stack.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsTest {
  @Test
  void shouldMissABrokerThatHasGone(@TempDir Path directory) throws Exception {
    var kafka = EmbeddedKafka.start(directory);
    try (var consumer =
        KafkaClients.consumer(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(Connections.areThere(consumer.metrics().values())).isFalse();
      consumer.listTopics(Duration.ofSeconds(30));
      assertThat(Connections.areThere(consumer.metrics().values())).isTrue();
      consumer.assign(List.of(new TopicPartition("any", 0)));
      kafka.close();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100));
                return !Connections.areThere(consumer.metrics().values());
              });
    }
  }
}
