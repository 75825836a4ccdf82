package dev.tandem.capture;

import dev.tandem.clients.KafkaClients;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.wire.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The outbox topics and the offsets topic, written by one transactional producer. After any
/// failure it is closed and a new one is opened.
final class KafkaOutboxLog implements OutboxLog {
  private final Map<String, Object> client;
  private final CaptureNames names;
  private final Registry registry;

  /// Of each topic that is written, how many partitions it has to have.
  private final Map<String, Integer> partitions = new TreeMap<>();

  private final Map<String, Object> config = new HashMap<>();
  private final Producer<byte[], byte[]> producer;

  KafkaOutboxLog(CaptureSettings settings) {
    this.client = settings.kafka();
    this.names = settings.names();
    this.registry = settings.registry();
    partitions.put(names.offsets(), 1);
    partitions.put(names.deadLetters(), 1);
    settings
        .plan()
        .domains()
        .forEach(
            domain -> partitions.put(settings.side().topic(domain.topics()), domain.partitions()));
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
    config.putAll(client);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, names.transactionalId());
    this.producer = KafkaClients.producer(config);
  }

  @Override
  public CaptureState open() {
    requireTopics();
    fencing(producer::initTransactions);
    try (var reader = new CaptureStateReader(client, names)) {
      return reader.read();
    }
  }

  /// Without this the client would wait for a topic that is missing, and say no more than that it
  /// did; and where a broker makes topics by itself, it would be back with another form.
  private void requireTopics() {
    try (var admin = KafkaClients.admin(client)) {
      var asked = admin.describeTopics(partitions.keySet()).topicNameValues();
      for (var topic : asked.entrySet()) {
        int found = partitionsOf(topic.getKey(), topic.getValue());
        int expected = partitions.getOrDefault(topic.getKey(), found);
        if (found != expected) {
          throw new MissingException(
              "topic "
                  + topic.getKey()
                  + ": expected "
                  + expected
                  + " partitions, found "
                  + found
                  + ": it is not the one that set-up made; tandem doctor SPEC says what to do");
        }
      }
    }
  }

  private static int partitionsOf(String topic, KafkaFuture<TopicDescription> asked) {
    try {
      return asked.get().partitions().size();
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new MissingException(
            "there is no topic "
                + topic
                + ": run tandem setup SPEC, which says what to do if it was there before");
      }
      throw new KafkaException("cannot look at topic " + topic, refused.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", stopped);
    }
  }

  @Override
  public int newestEpoch(Set<String> topics) {
    try (var reader = new NewestEpoch(client, registry)) {
      return reader.of(topics);
    }
  }

  @Override
  public int largest(Set<String> topics) {
    return RecordLimit.of(client, config, topics);
  }

  @Override
  public synchronized void write(List<OutboxEntry> entries, List<CaptureState.Note> notes) {
    fencing(
        () -> {
          producer.beginTransaction();
          for (OutboxEntry entry : entries) {
            Integer partition = entry.partition() < 0 ? null : entry.partition();
            send(new ProducerRecord<>(entry.topic(), partition, entry.key(), entry.value()));
          }
          for (CaptureState.Note note : notes) {
            send(
                new ProducerRecord<>(
                    names.offsets(), 0, StateCodec.key(note), StateCodec.value(note)));
          }
          producer.commitTransaction();
        });
  }

  @Override
  public synchronized List<Long> place(List<OutboxEntry> entries) {
    var sent = new ArrayList<Future<RecordMetadata>>();
    fencing(
        () -> {
          producer.beginTransaction();
          for (OutboxEntry entry : entries) {
            sent.add(
                producer.send(
                    new ProducerRecord<>(entry.topic(), entry.partition(), null, entry.value())));
          }
          producer.commitTransaction();
        });
    return sent.stream().map(each -> each.resultNow().offset()).toList();
  }

  /// What goes wrong comes out of the commit.
  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }

  private void fencing(Runnable call) {
    try {
      call.run();
    } catch (ProducerFencedException | InvalidProducerEpochException fenced) {
      throw new FencedException("another " + names + " took over", fenced);
    } catch (KafkaException failure) {
      if (failure.getCause() instanceof ProducerFencedException
          || failure.getCause() instanceof InvalidProducerEpochException) {
        throw new FencedException("another " + names + " took over", failure);
      }
      throw failure;
    }
  }

  /// An open transaction is left to the next writer, who aborts it.
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
