package dev.tandem.answer;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// Moments and lengths of time, given in microseconds, as reports write them.
public final class MomentText {
  private MomentText() {}

  /// ISO 8601 in UTC; `-` where the moment is not known.
  ///
  /// @param micros since 1970-01-01T00:00Z, 0 where it is not known
  public static String of(long micros) {
    return micros == 0 ? "-" : instant(micros).toString();
  }

  public static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /// `85ms`, `1.2s`, `12.0m`.
  public static String length(long micros) {
    double seconds = micros / 1e6;
    if (seconds < 1) {
      return String.format(Locale.ROOT, "%dms", micros / 1000);
    }
    return seconds < 600
        ? String.format(Locale.ROOT, "%.1fs", seconds)
        : String.format(Locale.ROOT, "%.1fm", seconds / 60);
  }
}
