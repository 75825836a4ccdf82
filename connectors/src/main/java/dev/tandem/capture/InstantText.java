package dev.tandem.capture;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/// Reads ISO 8601 instants, which come one or more a row. The form they nearly always have,
/// `2026-01-31T23:59:59.123456Z`, is read without making an object.
///
/// Source of the count of days: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// days_from_civil.
final class InstantText {
  private static final int SECONDS_END = "2026-01-31T23:59:59".length();
  private static final int MICRO_DIGITS = 6;

  private InstantText() {}

  /// The last moment of which 64 bits hold the microseconds since 1970.
  private static final Instant LAST = Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);

  /// Microseconds since 1970-01-01T00:00Z; what is finer is cut off. The last years of PostgreSQL's
  /// calendar, which no 64 bits hold, are the largest number, as infinity is.
  ///
  /// @throws java.time.format.DateTimeParseException if it is none
  static long micros(String text) {
    int last = text.length() - 1;
    if (!isPlain(text, last)) {
      Instant moment = OffsetDateTime.parse(text).toInstant();
      return moment.isAfter(LAST)
          ? Long.MAX_VALUE
          : ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }
    long days = days(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    long seconds =
        (days * 24 + number(text, 11, 13)) * 3600
            + number(text, 14, 16) * 60L
            + number(text, 17, SECONDS_END);
    int digits = last - SECONDS_END - 1;
    long fraction = digits > 0 ? number(text, SECONDS_END + 1, last) : 0;
    for (int i = digits; i < MICRO_DIGITS && digits > 0; i++) {
      fraction *= 10;
    }
    return seconds * 1_000_000 + fraction;
  }

  /// Four digits of a year after 0000, `Z`, no more than microseconds; digits wherever they belong.
  private static boolean isPlain(String text, int last) {
    if (last < SECONDS_END
        || last > SECONDS_END + 1 + MICRO_DIGITS
        || last == SECONDS_END + 1
        || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < last; i++) {
      char expected =
          switch (i) {
            case 4, 7 -> '-';
            case 10 -> 'T';
            case 13, 16 -> ':';
            case 19 -> '.';
            default -> '0';
          };
      char found = text.charAt(i);
      if (expected == '0' ? found < '0' || found > '9' : found != expected) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  /// Days since 1970-01-01 of a date of the Gregorian calendar, year 0 or later.
  private static long days(int year, int month, int day) {
    long shifted = month <= 2 ? year - 1L : year;
    long era = Math.floorDiv(shifted, 400);
    long ofEra = shifted - era * 400;
    long ofYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
  }
}
