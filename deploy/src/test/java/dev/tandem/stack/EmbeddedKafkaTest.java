package dev.tandem.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
  @TempDir Path directory;

  @Test
  void shouldKeepCommittedRecordsAcrossARestart() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory);
        var admin = admin(kafka)) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
      try (var producer = transactionalProducer(kafka)) {
        producer.initTransactions();
        send(producer, "kept", true);
        send(producer, "aborted", false);
      }
      assertThat(committed(kafka, 1)).containsExactly("kept");
    }
    try (var kafka = EmbeddedKafka.start(directory)) {
      assertThat(committed(kafka, 1)).containsExactly("kept");
    }
  }

  @Test
  void shouldFinaliseTransactionsOfTheSecondVersion() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory);
        var admin = admin(kafka)) {
      var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
      assertThat(features.get("transaction.version"))
          .isNotNull()
          .satisfies(range -> assertThat(range.maxVersionLevel()).isEqualTo((short) 2));
    }
  }

  @Test
  void shouldNotMakeATopicBecauseItWasNamed() {
    try (var kafka = EmbeddedKafka.start(directory);
        var admin = admin(kafka)) {
      assertThatThrownBy(() -> admin.describeTopics(List.of("misspelt")).allTopicNames().get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  private static Admin admin(EmbeddedKafka kafka) {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static KafkaProducer<String, String> transactionalProducer(EmbeddedKafka kafka) {
    var settings = new Properties();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "orders");
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static void send(KafkaProducer<String, String> producer, String value, boolean commit)
      throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("orders", value, value)).get();
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  /// What is committed: waits for so many records for 20 seconds at most, and then for more of them
  /// a moment.
  private static List<String> committed(EmbeddedKafka kafka, int atLeast) {
    var settings = new Properties();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, "test-" + System.nanoTime());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("orders"));
      var values = new ArrayList<String>();
      var until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (values.size() < atLeast && System.nanoTime() < until) {
        consumer.poll(Duration.ofMillis(100)).forEach(found -> values.add(found.value()));
      }
      consumer.poll(Duration.ofMillis(300)).forEach(found -> values.add(found.value()));
      return values;
    }
  }
}
