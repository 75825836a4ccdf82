package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.streams.DomainStoppedException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/// Stops a domain of which too much cannot be translated: then the mapping is wrong, or the legacy
/// data as a whole, and dead letters would only hide it. Too much is more than half of the last
/// `window` aggregates, or more in a minute than the partition's share of what the spec allows. Not
/// thread-safe.
///
/// A minute is one of the clock on the wall: what counts is how fast the topic fills. What was
/// counted is forgotten when the domain starts again.
final class PoisonGuard {
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private final String domain;
  private final String limit;
  private final LongSupplier millis;
  private final boolean[] refused;

  /// When each of the last refusals was, as many as a minute may have; grown as they come.
  private long[] times = new long[64];

  private final int share;
  private long refusals;
  private long seen;
  private int count;

  /// @param window how many of the last aggregates are looked at
  /// @param millis of the clock on the wall
  PoisonGuard(DomainPlan plan, int window, LongSupplier millis) {
    this.domain = plan.name();
    this.share = plan.poison().share(plan.partitions());
    this.limit =
        "poison: { per-minute: "
            + plan.poison().perMinute()
            + " } over "
            + plan.partitions()
            + " partitions";
    this.millis = millis;
    this.refused = new boolean[window];
  }

  void translated() {
    record(false);
  }

  /// @throws DomainStoppedException if that is too much
  void refused(String reason) {
    requireWithinMinute(reason);
    record(true);
    if (seen >= refused.length && count * 2 > refused.length) {
      throw new DomainStoppedException(
          "domain "
              + domain
              + " stopped: of the last "
              + refused.length
              + " aggregates "
              + count
              + " could not be translated, the last because of "
              + reason
              + "; correct the mapping or the legacy data, then start the domain again");
    }
  }

  private void requireWithinMinute(String reason) {
    long now = millis.getAsLong();
    int slot = (int) (refusals % share);
    if (refusals >= share && now - times[slot] < MINUTE) {
      throw new DomainStoppedException(
          "domain "
              + domain
              + " stopped: more than "
              + share
              + " dead letters of one partition in a minute ("
              + limit
              + "), the last because of "
              + reason
              + "; correct the mapping or the legacy data, or allow more in the spec, then start the"
              + " domain again");
    }
    if (slot >= times.length) {
      times = Arrays.copyOf(times, Math.min(share, times.length * 2));
    }
    times[slot] = now;
    refusals++;
  }

  private void record(boolean isRefused) {
    int slot = (int) (seen++ % refused.length);
    count += (isRefused ? 1 : 0) - (refused[slot] ? 1 : 0);
    refused[slot] = isRefused;
  }
}
