package dev.tandem.run;

import dev.tandem.apply.DeadLetterSink;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Registry;
import dev.tandem.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes dead letters and waits until Kafka has them. Thread-safe.
final class DeadLetterProducer implements DeadLetterSink, AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final DeadLetters letters;
  private final String topic;

  DeadLetterProducer(Topics topics, Registry registry, Map<String, Object> kafka) {
    topic = topics.deadLetter();
    letters = new DeadLetters(registry, topic);
    var config = new HashMap<>(kafka);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 32 << 20);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void send(List<DeadLetter> batch) {
    var sent = new ArrayList<Future<RecordMetadata>>();
    for (DeadLetter letter : batch) {
      byte[] key = letter.domain().getBytes(StandardCharsets.UTF_8);
      sent.add(producer.send(new ProducerRecord<>(topic, key, letters.encode(letter))));
    }
    producer.flush();
    try {
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("dead letters could not be written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while dead letters were written", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
