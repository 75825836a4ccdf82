package dev.tandem.capture;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Whose turn it is to be swept. Sweeps of one store go one at a time: so together they stay within
/// its budgets, and a horizon is true between two of them. But what one domain has swept holds up
/// no other for longer than a turn: it ends where it stands, is gone on with in the domain's next
/// turn, and whoever had his longest ago is next. Where nobody waits, it goes on. Not thread-safe.
final class Turns {
  /// What a sweep gives up with its turn is the pages that it has read ahead, so it should be long
  /// beside those.
  static final Duration LENGTH = Duration.ofSeconds(5);

  /// So often is looked who waits, once a turn is over.
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Map<String, Instant> last = new HashMap<>();
  private Instant end = Instant.EPOCH;

  /// When a domain had its turn last; long ago where it had none.
  Instant last(String domain) {
    return last.getOrDefault(domain, Instant.EPOCH);
  }

  void begin(String domain, Instant now) {
    last.put(domain, now);
    end = now.plus(LENGTH);
  }

  /// Whether the turn that was begun last is over.
  ///
  /// @param isAwaited whether somebody else waits for his; asked seldom
  boolean isOver(Instant now, BooleanSupplier isAwaited) {
    if (now.isBefore(end)) {
      return false;
    }
    if (isAwaited.getAsBoolean()) {
      return true;
    }
    end = now.plus(LOOK);
    return false;
  }
}
