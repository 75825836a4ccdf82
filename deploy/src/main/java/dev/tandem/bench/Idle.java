package dev.tandem.bench;

import java.time.Duration;

/// What the program takes where nothing happens, in a process of its own with every role.
///
/// @param took how long it was looked at
/// @param program processor time of its process
/// @param stack processor time of Kafka, the registry and both PostgreSQL servers meanwhile
/// @param resident bytes of its process in memory at the end
public record Idle(Duration took, Duration program, Duration stack, long resident) {
  /// Of one core, from 0 on.
  public double share() {
    return (double) program.toNanos() / took.toNanos();
  }

  /// The same of the stack.
  public double stackShare() {
    return (double) stack.toNanos() / took.toNanos();
  }
}
