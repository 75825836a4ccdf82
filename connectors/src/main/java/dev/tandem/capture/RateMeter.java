package dev.tandem.capture;

import java.util.ArrayDeque;
import java.util.Deque;

/// Rows a second of late: over the last [#WINDOW], or as long as it is used. Not thread-safe.
final class RateMeter {
  /// Microseconds.
  static final long WINDOW = 10_000_000;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long rows, long at) {}

  /// @param rows that stand by now
  /// @param at microseconds since 1970-01-01T00:00Z, not before the last
  /// @return rows a second; 0 before there is anything to tell it from
  long rate(long rows, long at) {
    while (samples.size() > 1 && samples.getFirst().at < at - WINDOW) {
      samples.removeFirst();
    }
    Sample last = samples.peekLast();
    if (last == null || last.rows != rows) {
      samples.addLast(new Sample(rows, at));
    }
    Sample first = samples.getFirst();
    return at == first.at ? 0 : (rows - first.rows) * 1_000_000 / (at - first.at);
  }
}
