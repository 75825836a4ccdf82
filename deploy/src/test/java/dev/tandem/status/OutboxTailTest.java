package dev.tandem.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.clients.KafkaClients;
import dev.tandem.stack.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTailTest {
  private static final int PARTITIONS = 24;

  /// Behind the last record of each partition stands the marker of its transaction. A consumer that
  /// waits for more there is half a second late at the next partition.
  @Test
  void shouldCountWhatIsPendingInEachPartitionWithoutWaitingAtItsEnd(@TempDir Path directory)
      throws Exception {
    try (var kafka = EmbeddedKafka.start(directory)) {
      Map<String, Object> clients = Map.of("bootstrap.servers", kafka.bootstrapServers());
      fill(clients);
      try (var tail = new OutboxTail(clients)) {
        assertThat(tail.from(new TopicPartition("outbox", 0), 0).pending()).isEqualTo(2);
        long began = System.nanoTime();
        for (int each = 0; each < PARTITIONS; each++) {
          var partition = new TopicPartition("outbox", each);
          assertThat(tail.end(partition)).isEqualTo(3);
          assertThat(tail.from(partition, 1).pending()).isOne();
          assertThat(tail.from(partition, 2)).isEqualTo(OutboxTail.Pending.NONE);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .isLessThan(Duration.ofMillis(500).multipliedBy(PARTITIONS));
      }
    }
  }

  private static void fill(Map<String, Object> clients) throws Exception {
    try (var admin = Admin.create(clients)) {
      admin.createTopics(List.of(new NewTopic("outbox", PARTITIONS, (short) 1))).all().get();
    }
    var config = new HashMap<>(clients);
    config.put("transactional.id", "test");
    try (var producer = KafkaClients.producer(config)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int each = 0; each < 2 * PARTITIONS; each++) {
        var record =
            new ProducerRecord<>("outbox", each % PARTITIONS, new byte[] {1}, new byte[] {1});
        producer.send(record).get();
      }
      producer.commitTransaction();
    }
  }
}
