package dev.tandem.metrics;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// How long after its legacy commit a change stands in the outbox, and how long after it the change
/// has its verdict. Thread-safe.
///
/// @param outbox of the last change of each Kafka transaction, which stands for all of it: the
///     others have waited for it
/// @param verdict of every entity that a legacy transaction changed
public record StepLags(Clock clock, LagRecorder outbox, LagRecorder verdict) {
  /// Changes stand in the outbox now.
  ///
  /// @param committedAt of the last of them, microseconds since 1970-01-01T00:00Z
  void captured(long committedAt) {
    outbox.record(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()) - committedAt, 1);
  }
}
