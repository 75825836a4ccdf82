package dev.tandem.jobs;

import java.util.ArrayDeque;
import java.util.Deque;

/// How long a commit takes of late: the middle one of the last three, so that one that waited for a
/// checkpoint of the server, or for nothing, says nothing by itself. Not thread-safe.
final class CommitTimes {
  private static final int LATE = 3;
  private final Deque<Long> times = new ArrayDeque<>();

  /// @param millis that the newest one took
  long of(long millis) {
    times.addLast(millis);
    if (times.size() > LATE) {
      times.removeFirst();
    }
    return times.stream().sorted().skip((times.size() - 1) / 2).findFirst().orElseThrow();
  }
}
