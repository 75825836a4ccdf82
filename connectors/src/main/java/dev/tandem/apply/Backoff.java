package dev.tandem.apply;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Pauses between attempts: doubling from `first` to `longest`, each shortened by a random part of
/// up to a half, so that writers that failed together do not come back together.
record Backoff(Duration first, Duration longest) {
  static final Backoff DEFAULT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(15));

  /// @param attempt from 0
  Duration pause(int attempt, RandomGenerator random) {
    long full = Math.min(longest.toMillis(), first.toMillis() << Math.min(attempt, 20));
    return Duration.ofMillis(full - random.nextLong(full / 2 + 1));
  }
}
