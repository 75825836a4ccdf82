package dev.tandem.capture;

import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/// Two instances that both find the slot free fence each other out before either reads it, and
/// without a rule they may do so for ever, the slower they start the longer.
///
/// 1. Whoever was fenced out lets the other one begin: it does not contend until it has seen the
///    slot read, and from then on stands by as usual.
/// 2. The other one may have died before. So it contends again, too, when some seconds have passed;
///    twice as many each time, up to a minute, and never as many as another instance.
/// 3. A session that lasted makes the next time a first one.
final class Deference {
  private static final Duration FIRST = Duration.ofSeconds(8);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration LASTING = Duration.ofMinutes(1);

  private final DoubleSupplier share;
  private Duration next = FIRST;
  private Instant until = Instant.MIN;

  /// @param share at random from 0 to 1
  Deference(DoubleSupplier share) {
    this.share = share;
  }

  /// This instance was fenced out now.
  ///
  /// @param lasted how long its session was
  void fenced(Instant now, Duration lasted) {
    if (lasted.compareTo(LASTING) > 0) {
      next = FIRST;
    }
    long half = next.toMillis() / 2;
    until = now.plusMillis(half + (long) (half * share.getAsDouble()));
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }

  /// The slot is read by another session now.
  void held() {
    until = Instant.MIN;
  }

  /// Whether it lets the other one begin.
  boolean defers(Instant now) {
    return now.isBefore(until);
  }
}
