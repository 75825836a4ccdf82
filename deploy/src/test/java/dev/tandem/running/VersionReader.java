package dev.tandem.running;

import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.Framing;
import dev.tandem.wire.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// A consumer of one version of a contract, in a thread of its own while it is let: it reads what
/// is committed, commits its position, and looks at the number in each row, which every change of
/// the row makes one higher, also when the row comes back after it was deleted.
final class VersionReader implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(100);

  /// So few that it stops inside transactions.
  private static final int AT_ONCE = 37;

  private final Map<String, String> kafka;
  private final Registry registry;
  private final Form form;
  private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

  /// Guarded by this.
  private final Map<Object, Long> numbers = new HashMap<>();

  /// Those of them that are deleted. Guarded by this.
  private final Set<Object> gone = new HashSet<>();

  /// Guarded by this.
  private final List<String> wrong = new ArrayList<>();

  private long records;
  private volatile boolean ended;
  private volatile Thread thread = Thread.ofPlatform().unstarted(() -> {});

  /// What a version looks like.
  ///
  /// @param group of the consumer
  /// @param id field of the row's key
  /// @param number field of the row's number
  record Form(String group, Schema schema, String id, String number) {}

  VersionReader(Map<String, String> kafka, Registry registry, Form form) {
    this.kafka = kafka;
    this.registry = registry;
    this.form = form;
  }

  String group() {
    return form.group;
  }

  /// Reads a topic from where its group stands there, until it is stopped.
  void start(String topic) {
    ended = false;
    thread = Thread.ofPlatform().name(form.group).daemon().start(() -> read(topic));
  }

  private void read(String topic) {
    var properties = new HashMap<String, Object>(kafka);
    properties.put("group.id", form.group);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", AT_ONCE);
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (!ended) {
        for (var record : consumer.poll(TURN)) {
          if (ContractPosition.of(record.headers()).kind() != ContractPosition.Kind.PROGRESS) {
            see(record.key(), record.value());
          }
        }
        consumer.commitSync();
      }
    } catch (RuntimeException failed) {
      synchronized (this) {
        wrong.add(form.group + " failed: " + failed);
      }
    }
  }

  private synchronized void see(byte[] key, byte @Nullable [] value) {
    records++;
    if (value == null) {
      Object id = decode(key).get(form.id);
      if (numbers.get(id) == null || !gone.add(id)) {
        wrong.add("%s of %s: deleted, and was not there".formatted(form.group, id));
      }
      return;
    }
    GenericRecord record = decode(value);
    if (!record.getSchema().equals(form.schema)) {
      wrong.add(form.group + " got " + record.getSchema());
      return;
    }
    Object id = record.get(form.id);
    long number = ((Number) record.get(form.number)).longValue();
    Long before = numbers.put(id, number);
    gone.remove(id);
    if (before != null && number != before + 1) {
      wrong.add("%s of %s: %d after %d".formatted(form.group, id, number, before));
    }
  }

  private GenericRecord decode(byte[] value) {
    int id = Framing.schemaId(value);
    try {
      return readers
          .computeIfAbsent(id, it -> new GenericDatumReader<>(registry.byId(it)))
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(value, Framing.SIZE, value.length - Framing.SIZE, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What was repeated, left out, out of order or of another version.
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /// The last number of each key that is there.
  synchronized Map<Object, Long> numbers() {
    var there = new HashMap<>(numbers);
    there.keySet().removeAll(gone);
    return there;
  }

  synchronized long records() {
    return records;
  }

  /// Stops where it is, and leaves the group.
  void stop() throws InterruptedException {
    ended = true;
    if (thread.isAlive()) {
      thread.join();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }
}
