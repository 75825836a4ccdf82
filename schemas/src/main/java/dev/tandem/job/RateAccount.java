package dev.tandem.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The rule by which rows come at a rate: after each write the next one waits for as long as the
/// rows of that write take. What was not used counts for a second at most, so that a halt is not
/// caught up; where the rate changes, rows that were written ahead of the old one are waited for at
/// the new one. Not thread-safe.
public final class RateAccount {
  private static final Duration CREDIT = Duration.ofSeconds(1);
  private long rate;
  private long counted;
  private @Nullable Instant from;

  /// When the next rows may be written.
  ///
  /// @param allowed rows a second, 0 for no limit
  /// @param rows that have been written
  public Instant next(long allowed, long rows, Instant now) {
    Instant since = from;
    if (since == null || rate != allowed) {
      counted = rows - (since == null ? 0 : ahead(rows, since, now));
      rate = allowed;
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

  /// Of the rows those that its rate gives time to after now.
  private long ahead(long rows, Instant since, Instant now) {
    double due = rate * (Duration.between(since, now).toNanos() / 1e9);
    return rate == 0 ? 0 : Math.max(0, rows - counted - (long) due);
  }
}
