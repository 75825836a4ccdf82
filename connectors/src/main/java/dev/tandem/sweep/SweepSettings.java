package dev.tandem.sweep;

import java.time.Duration;

/// What a sweep may take.
///
/// @param lanes how many ranges are read at a time, each over a connection of its own
/// @param pageRows most rows of a page
/// @param pageBytes a page ends early once it is larger
/// @param lockTimeout how long a page waits for its ACCESS SHARE lock, so that it does not queue
///     behind an ALTER TABLE with others behind it
public record SweepSettings(int lanes, int pageRows, long pageBytes, Duration lockTimeout) {
  public static final SweepSettings DEFAULT =
      new SweepSettings(2, 5_000, 8L << 20, Duration.ofSeconds(5));

  public SweepSettings {
    if (lanes < 1 || pageRows < 1 || pageBytes < 1) {
      throw new IllegalArgumentException(
          "expected at least one lane, row and byte: "
              + lanes
              + ", "
              + pageRows
              + ", "
              + pageBytes);
    }
  }

  public SweepSettings withPageRows(int rows) {
    return new SweepSettings(lanes, rows, pageBytes, lockTimeout);
  }

  public SweepSettings withLanes(int count) {
    return new SweepSettings(count, pageRows, pageBytes, lockTimeout);
  }
}
