package dev.tandem.bench;

import java.time.Duration;

/// One measurement.
///
/// @param what was done
/// @param changes or rows that were processed
/// @param took wall-clock time
/// @param program processor time of Tandem's own process
/// @param stack processor time of Kafka, the registry and both PostgreSQL servers
public record Measured(String what, long changes, Duration took, Duration program, Duration stack) {
  public double perSecond() {
    return changes / (took.toNanos() / 1e9);
  }

  /// Microseconds of Tandem's own processor time for one change.
  public double programMicros() {
    return program.toNanos() / 1e3 / changes;
  }

  /// Microseconds of the stack's processor time for one change.
  public double stackMicros() {
    return stack.toNanos() / 1e3 / changes;
  }
}
