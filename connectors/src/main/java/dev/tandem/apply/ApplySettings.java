package dev.tandem.apply;

import java.time.Duration;
import java.util.Map;

/// How apply works.
///
/// @param kafka client properties, passed through
/// @param writers connections to the target, and so partitions written at once
/// @param maxRecords of one target transaction
/// @param maxBytes of one target transaction
/// @param queueBytes of one partition, beyond which it is read no further
/// @param audit how often idle partitions compare themselves with their checkpoint rows
public record ApplySettings(
    Map<String, String> kafka,
    int writers,
    int maxRecords,
    long maxBytes,
    long queueBytes,
    Duration audit,
    SessionLimits limits) {
  public ApplySettings {
    kafka = Map.copyOf(kafka);
    if (writers < 1) {
      throw new IllegalArgumentException("expected at least one writer, found " + writers);
    }
  }

  public static ApplySettings of(Map<String, String> kafka) {
    return new ApplySettings(
        kafka, 2, 5000, 8L << 20, 16L << 20, Duration.ofSeconds(5), SessionLimits.DEFAULT);
  }

  /// The same with another audit interval.
  public ApplySettings withAudit(Duration interval) {
    return new ApplySettings(kafka, writers, maxRecords, maxBytes, queueBytes, interval, limits);
  }
}
