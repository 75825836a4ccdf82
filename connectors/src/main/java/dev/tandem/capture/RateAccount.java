package dev.tandem.capture;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The rule by which rows come at a rate: after each write the next one waits for as long as the
/// rows of that write take. What was not used counts for a second at most, so that a halt is not
/// caught up; where the rate changes the account begins anew. Not thread-safe.
final class RateAccount {
  private static final Duration CREDIT = Duration.ofSeconds(1);
  private long rate;
  private long counted;
  private @Nullable Instant from;

  /// When the next rows may be written.
  ///
  /// @param allowed rows a second, 0 for no limit
  /// @param rows that have been written
  Instant next(long allowed, long rows, Instant now) {
    Instant since = from;
    if (since == null || rate != allowed) {
      rate = allowed;
      counted = rows;
      since = now;
    }
    from = since;
    if (allowed == 0) {
      return now;
    }
    Instant next = since.plus(Duration.ofNanos((long) (1e9 * (rows - counted) / allowed)));
    Instant least = now.minus(CREDIT);
    if (next.isBefore(least)) {
      from = since.plus(Duration.between(next, least));
      return least;
    }
    return next;
  }
}
