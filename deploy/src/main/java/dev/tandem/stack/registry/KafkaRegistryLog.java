package dev.tandem.stack.registry;

import dev.tandem.stack.StackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The compacted topic `_schemas` of one partition, made where it is missing.
final class KafkaRegistryLog implements RegistryLog {
  private static final TopicPartition PARTITION = new TopicPartition("_schemas", 0);

  private final String bootstrapServers;
  private final KafkaProducer<String, String> producer;

  private KafkaRegistryLog(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
  }

  static KafkaRegistryLog open(String bootstrapServers) {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      var topic =
          new NewTopic(PARTITION.topic(), 1, (short) 1)
              .configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw failed("made", e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("made", e);
    }
    return new KafkaRegistryLog(bootstrapServers);
  }

  @Override
  public List<RegistryEntry> read() {
    var settings = Map.<String, Object>of("bootstrap.servers", bootstrapServers);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
      var entries = new ArrayList<RegistryEntry>();
      while (consumer.position(PARTITION) < end) {
        for (var found : consumer.poll(Duration.ofMillis(200))) {
          if (found.value() != null) {
            RegistryEntryJson.entry(found.key(), found.value()).ifPresent(entries::add);
          }
        }
      }
      return entries;
    }
  }

  @Override
  public void append(List<? extends RegistryEntry> entries) {
    try {
      for (var entry : entries) {
        var key = RegistryEntryJson.key(entry);
        var value = RegistryEntryJson.value(entry);
        producer.send(new ProducerRecord<>(PARTITION.topic(), 0, key, value)).get();
      }
    } catch (ExecutionException e) {
      throw failed("written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("written", e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }

  private static StackException failed(String done, Exception e) {
    return new StackException("The topic " + PARTITION.topic() + " could not be " + done, e);
  }
}
