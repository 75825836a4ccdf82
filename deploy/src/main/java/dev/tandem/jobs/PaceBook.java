package dev.tandem.jobs;

import dev.tandem.generation.PaceNote;
import dev.tandem.generation.PaceOrder;
import dev.tandem.generation.PaceRule;
import dev.tandem.ledger.DurableRecord;
import dev.tandem.ledger.LedgerException;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.run.Migration;
import dev.tandem.wire.PaceNotes;
import dev.tandem.wire.PaceOrders;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// What is ordered and said of how fast generations beside the live ones are applied, in the
/// control topic. Thread-safe.
public final class PaceBook {
  private final Migration migration;
  private final String topic;

  public PaceBook(Migration migration) {
    this.migration = migration;
    this.topic = new Topics(migration.name(), "").control();
  }

  /// As it stood when it was read.
  ///
  /// @param orders by key
  /// @param notes by key
  public record Pages(Map<String, PaceOrder> orders, Map<String, PaceNote> notes) {
    public Pages {
      orders = Map.copyOf(orders);
      notes = Map.copyOf(notes);
    }

    /// The last order about a generation.
    public Optional<PaceOrder> order(String domain, int number) {
      return Optional.ofNullable(orders.get(PaceOrder.key(domain, number)));
    }

    /// @param now microseconds since 1970-01-01T00:00Z
    public PaceRule.Standing standing(String domain, int number, long now) {
      return PaceRule.standing(
          order(domain, number).orElse(null), notes.get(PaceNote.key(domain, number)), now);
    }
  }

  /// @throws LedgerException if Kafka does not give the topic whole
  public Pages read() {
    var orders = new HashMap<String, PaceOrder>();
    var notes = new HashMap<String, PaceNote>();
    try (var replay = TopicReplay.whole(migration.kafka().objects(), topic)) {
      if (replay.exists()) {
        replay.toEnd(record -> take(record, orders, notes));
      }
    }
    return new Pages(orders, notes);
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record,
      Map<String, PaceOrder> orders,
      Map<String, PaceNote> notes) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    orders.remove(key);
    notes.remove(key);
    if (record.value() == null) {
      return;
    }
    try {
      if (key.startsWith(PaceOrder.KEY_PREFIX)) {
        orders.put(key, PaceOrders.decode(record.value()));
      } else if (key.startsWith(PaceNote.KEY_PREFIX)) {
        notes.put(key, PaceNotes.decode(record.value()));
      }
    } catch (UndecodableException ofAnotherVersion) {
      // As if nobody had said anything.
    }
  }

  /// Returns when it is durable.
  ///
  /// @throws LedgerException if it was not accepted
  public void write(PaceOrder order) {
    send(
        order.key(),
        new PaceOrders(migration.kafka().registryClient(), topic).encode(order),
        "order");
  }

  /// Returns when it is durable.
  ///
  /// @throws LedgerException if it was not accepted
  public void write(PaceNote note) {
    send(note.key(), new PaceNotes(migration.kafka().registryClient(), topic).encode(note), "note");
  }

  /// Nothing is kept of generations that were removed; the topic is read once for all of them.
  ///
  /// @throws LedgerException if that was not accepted
  public void forget(String domain, List<Integer> numbers) {
    if (numbers.isEmpty()) {
      return;
    }
    Pages pages = read();
    for (int number : numbers) {
      for (String key : List.of(PaceOrder.key(domain, number), PaceNote.key(domain, number))) {
        if (pages.orders.containsKey(key) || pages.notes.containsKey(key)) {
          send(key, null, "removal of an order");
        }
      }
    }
  }

  private void send(String key, byte @Nullable [] value, String what) {
    DurableRecord.send(
        migration.kafka().objects(),
        new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value),
        what);
  }
}
