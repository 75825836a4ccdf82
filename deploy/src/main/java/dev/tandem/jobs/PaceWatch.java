package dev.tandem.jobs;

import dev.tandem.fatal.Fatal;
import dev.tandem.generation.PaceOrder;
import dev.tandem.ledger.LedgerException;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.run.Migration;
import dev.tandem.wire.PaceOrders;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The order about one generation as it stands in the control topic, followed by a thread of its
/// own. While Kafka is away the order known last holds.
final class PaceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PaceWatch.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ABSENCE = Duration.ofSeconds(2);
  private static final Duration ENDING = Duration.ofSeconds(5);

  private final Migration migration;
  private final String topic;
  private final String key;
  private final Thread thread;
  private volatile boolean known;
  private volatile @Nullable PaceOrder order;

  PaceWatch(Migration migration, String domain, int number) {
    this.migration = migration;
    this.topic = new Topics(migration.name(), "").control();
    this.key = PaceOrder.key(domain, number);
    this.thread = Thread.ofPlatform().name("orders of " + key).daemon().unstarted(this::run);
  }

  PaceWatch start() {
    thread.start();
    return this;
  }

  /// Whether everything that was ordered before it was started is known.
  boolean isKnown() {
    return known;
  }

  /// Null where nobody has given one.
  @Nullable PaceOrder order() {
    return order;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try (var replay = TopicReplay.whole(migration.kafka().objects(), topic)) {
        replay.toEnd(this::take);
        known = true;
        while (!Thread.currentThread().isInterrupted()) {
          replay.next(POLL, this::take);
        }
      } catch (LedgerException | KafkaException away) {
        if (!Thread.currentThread().isInterrupted()) {
          LOG.warn("{} cannot be read from {}: {}", key, topic, away.getMessage());
          rest();
        }
      } catch (RuntimeException | Error e) {
        Fatal.raise(e);
        LOG.error("{} is read again", key, e);
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(ABSENCE);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || !key.equals(new String(record.key(), StandardCharsets.UTF_8))) {
      return;
    }
    try {
      order = record.value() == null ? null : PaceOrders.decode(record.value());
    } catch (UndecodableException unknown) {
      LOG.warn("{} at offset {} is no order: {}", key, record.offset(), unknown.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(ENDING);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
