package dev.tandem.apply;

import dev.tandem.clients.KafkaClients;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Registry;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// Dead letters into their topic. Thread-safe.
public final class KafkaDeadLetters implements DeadLetterSink, AutoCloseable {
  /// Bytes; a letter holds the record that it speaks of.
  private static final int LARGEST_LETTER = 24 << 20;

  private final String topic;
  private final DeadLetters encoder;
  private final KafkaProducer<byte[], byte[]> producer;

  public KafkaDeadLetters(Map<String, String> kafka, Registry registry, Topics topics) {
    topic = topics.deadLetter();
    encoder = new DeadLetters(registry, topic);
    var settings = new HashMap<String, Object>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_LETTER);
    producer = KafkaClients.producer(settings);
  }

  /// A letter that the topic does not take for its size goes without the record that it speaks of;
  /// that one stays where the letter says.
  ///
  /// @throws KafkaException if one of them is not durable
  @Override
  public void send(List<DeadLetter> letters) {
    var tooLarge = deliver(letters);
    var stillTooLarge = deliver(tooLarge.stream().map(DeadLetter::withoutPayload).toList());
    if (!stillTooLarge.isEmpty()) {
      throw new KafkaException(
          "a dead letter without its record is too large for "
              + topic
              + "; raise max.message.bytes");
    }
  }

  /// @return those that are too large
  private List<DeadLetter> deliver(List<DeadLetter> letters) {
    List<Future<?>> sent = new ArrayList<>();
    for (DeadLetter letter : letters) {
      sent.add(producer.send(new ProducerRecord<>(topic, letter.key(), encoder.encode(letter))));
    }
    producer.flush();
    var tooLarge = new ArrayList<DeadLetter>();
    for (int i = 0; i < letters.size(); i++) {
      if (!isTaken(sent.get(i))) {
        tooLarge.add(letters.get(i));
      }
    }
    return tooLarge;
  }

  private boolean isTaken(Future<?> sent) {
    try {
      sent.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException) {
        return false;
      }
      throw new KafkaException("a dead letter was not accepted by " + topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while writing dead letters", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
