package dev.tandem.bench;

import java.time.Duration;
import java.util.List;

/// One measurement.
///
/// @param changes or rows that were processed
/// @param took wall-clock time
/// @param course how many had gone the whole way at some moments, in order; empty where that was
///     not looked at
public record Measured(
    Subject subject, long changes, Duration took, Used used, List<Point> course) {
  public Measured {
    course = List.copyOf(course);
    if (changes <= 0 || !took.isPositive()) {
      throw new IllegalArgumentException(
          subject + ": expected work that takes time, found " + changes + " changes in " + took);
    }
  }

  /// Processor time.
  ///
  /// @param program of Tandem's own process, or of the peer's
  /// @param stack of Kafka, the registry and both PostgreSQL servers
  public record Used(Duration program, Duration stack) {
    Used since(Used before) {
      return new Used(program.minus(before.program), stack.minus(before.stack));
    }
  }

  /// @param at since the beginning
  /// @param changes that had gone the whole way
  public record Point(Duration at, long changes) {}

  public double perSecond() {
    return changes / (took.toNanos() / 1e9);
  }

  /// Microseconds of the program's processor time for one change.
  public double programMicros() {
    return used.program.toNanos() / 1e3 / changes;
  }

  /// Microseconds of the stack's processor time for one change.
  public double stackMicros() {
    return used.stack.toNanos() / 1e3 / changes;
  }
}
