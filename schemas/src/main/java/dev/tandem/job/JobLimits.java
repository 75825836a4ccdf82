package dev.tandem.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a job may take. Zero is no limit, or the default.
///
/// @param rate most rows a second, all lanes together
/// @param lanes how many ranges are read at a time
/// @param mostFindings a verification ends early once it has found so many
/// @param within a job that has not ended by then, counted from its first order, has failed
public record JobLimits(long rate, int lanes, long mostFindings, Duration within) {
  public static final JobLimits NONE = new JobLimits(0, 0, 0, Duration.ZERO);

  /// Each lane has a connection to the store and holds pages in memory.
  public static final int MOST_LANES = 16;

  public JobLimits {
    if (rate < 0 || lanes < 0 || mostFindings < 0 || within.isNegative()) {
      throw new IllegalArgumentException(
          "expected limits from 0, found rate %d, lanes %d, findings %d, time %s"
              .formatted(rate, lanes, mostFindings, within));
    }
    if (lanes > MOST_LANES) {
      throw new IllegalArgumentException(
          "--lanes: expected at most %d lanes, found %d".formatted(MOST_LANES, lanes));
    }
  }

  /// What an operator asks for; what is null stays as it is, and zero clears.
  ///
  /// @param within counted from the order that says so
  public record Change(@Nullable Long rate, @Nullable Integer lanes, @Nullable Duration within) {}

  /// @param sinceBegun how long ago the job was ordered first
  public JobLimits changed(Change change, Duration sinceBegun) {
    Duration asked = change.within;
    if (asked != null && asked.isNegative()) {
      throw new IllegalArgumentException("--within: expected a time from 0, found " + asked);
    }
    return new JobLimits(
        change.rate == null ? rate : change.rate,
        change.lanes == null ? lanes : change.lanes,
        mostFindings,
        asked == null ? within : asked.isZero() ? asked : sinceBegun.plus(asked));
  }

  /// Limits that were written already, perhaps by another version: what is too much is cut.
  public static JobLimits written(long rate, int lanes, long mostFindings, Duration within) {
    return new JobLimits(rate, Math.min(lanes, MOST_LANES), mostFindings, within);
  }
}
