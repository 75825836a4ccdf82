package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Comparison.Standing;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A group that stands for the reconciler's.
class ComparisonTest {
  private static final Topics LIVE = new Topics("shop", "d");
  @TempDir private Path directory;

  @Test
  void shouldTellWhatIsNotYetComparedWhileAReconcilerIsAtWork() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory)) {
      Map<String, Object> clients = Map.of("bootstrap.servers", kafka.bootstrapServers());
      fill(clients);
      try (var comparison = new Comparison(clients)) {
        assertThat(comparison.standing(LIVE)).as("no reconciler was ever there").isEmpty();
        try (var reconciler = reconciler(clients)) {
          reconciler.subscribe(List.of(LIVE.outbox(), LIVE.observed()));
          Awaitility.await()
              .until(
                  () -> {
                    reconciler.poll(Duration.ofMillis(100));
                    return reconciler.assignment().size() == 2;
                  });
          assertThat(comparison.standing(LIVE)).as("it has read nothing").isEmpty();
          reconciler.commitSync(
              Map.of(
                  new TopicPartition(LIVE.outbox(), 0), new OffsetAndMetadata(30),
                  new TopicPartition(LIVE.observed(), 0), new OffsetAndMetadata(40)));
          assertThat(comparison.standing(LIVE)).contains(new Standing(70, 150));
        }
        assertThat(comparison.standing(LIVE)).as("it is gone").isEmpty();
      }
    }
  }

  private static void fill(Map<String, Object> clients) throws Exception {
    try (var admin = Admin.create(clients)) {
      admin
          .createTopics(
              Stream.of(LIVE.outbox(), LIVE.observed())
                  .map(topic -> new NewTopic(topic, 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
    try (var producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 100; i++) {
        producer.send(new ProducerRecord<>(LIVE.outbox(), new byte[] {1})).get();
        if (i < 50) {
          producer.send(new ProducerRecord<>(LIVE.observed(), new byte[] {1})).get();
        }
      }
    }
  }

  private static KafkaConsumer<byte[], byte[]> reconciler(Map<String, Object> clients) {
    var config = new HashMap<>(clients);
    config.put("group.id", LIVE.reconcileApplication());
    config.put("enable.auto.commit", false);
    config.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
