package dev.tandem.bench;

import org.jspecify.annotations.Nullable;

/// Somebody who reads a slot's log, from its making until it is closed.
interface LogReading extends AutoCloseable {
  /// How many changes it has read so far.
  long changes();

  /// Why it has ended early; null where it has not.
  @Nullable Throwable failure();
}
