package dev.tandem.streams;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.apache.kafka.common.KafkaException;

/// What the producer says, by no class of its own, of a transaction with which it cannot go on: a
/// batch was not acknowledged in time, or partitions could not be added. A new producer can, from
/// what was committed last. What comes more often than [#MOST] times within [#WITHIN] is not
/// Kafka's trouble. Thread-safe.
///
/// Source: Apache Kafka 4.3, `TransactionManager`, where it makes a `KafkaException`.
final class TransactionTrouble {
  static final int MOST = 20;
  static final Duration WITHIN = Duration.ofMinutes(10);
  private final InstantSource clock;
  private final ArrayDeque<Long> times = new ArrayDeque<>();

  TransactionTrouble(InstantSource clock) {
    this.clock = clock;
  }

  /// Whether a new thread, which has a new producer, may go on.
  ///
  /// @param failure one of a chain of causes
  synchronized boolean passes(Throwable failure) {
    if (failure.getClass() != KafkaException.class || failure.getCause() != null) {
      return false;
    }
    long now = clock.millis();
    while (!times.isEmpty() && now - times.getFirst() > WITHIN.toMillis()) {
      times.removeFirst();
    }
    if (times.size() == MOST) {
      return false;
    }
    times.addLast(now);
    return true;
  }
}
