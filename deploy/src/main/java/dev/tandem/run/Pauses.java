package dev.tandem.run;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How long to wait before something that is away is asked again: longer each time, up to a limit,
/// and jittered. Not thread-safe.
final class Pauses {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private Duration next = FIRST;

  /// Between half of the pause whose turn it is and the whole.
  Duration next() {
    long half = next.toMillis() / 2;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }
}
