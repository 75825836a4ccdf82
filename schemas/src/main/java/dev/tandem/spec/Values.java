package dev.tandem.spec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the typed values of a spec from their text; what is not of the form is reported.
final class Values {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})(MB|GB|TB)");
  private static final Pattern NUMBER =
      Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final Problems problems;

  Values(Problems problems) {
    this.problems = problems;
  }

  /// `250ms`, `5s`, `1m`, `12h`, `30d`; more than zero.
  Optional<Duration> duration(Located<String> text) {
    Matcher parts = DURATION.matcher(text.value());
    if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
      text.error(
          problems,
          "expected a duration, found '" + text.value() + "'",
          "write a number with its unit: 250ms, 5s, 1m, 12h, 30d");
      return Optional.empty();
    }
    long amount = Long.parseLong(parts.group(1));
    return Optional.of(
        switch (parts.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  /// `500MB`, `10GB`, `1TB`, as PostgreSQL counts them: 1GB is 1024MB. More than zero.
  Optional<Long> bytes(Located<String> text) {
    Matcher parts = SIZE.matcher(text.value());
    if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
      text.error(
          problems,
          "expected a size, found '" + text.value() + "'",
          "write a number of at most six digits with its unit: 500MB, 10GB, 1TB");
      return Optional.empty();
    }
    long amount = Long.parseLong(parts.group(1));
    return Optional.of(
        switch (parts.group(2)) {
          case "MB" -> amount << 20;
          case "GB" -> amount << 30;
          default -> amount << 40;
        });
  }

  /// A share between 0 and 1.
  Optional<Double> rate(Located<String> text) {
    if (NUMBER.matcher(text.value()).matches()) {
      double rate = Double.parseDouble(text.value());
      if (rate <= 1) {
        return Optional.of(rate);
      }
    }
    text.error(
        problems,
        "expected a share between 0 and 1, found '" + text.value() + "'",
        "write a number: 1e-5 allows one entity of 100,000 to diverge");
    return Optional.empty();
  }

  /// A share above 0 and up to 1.
  Optional<Double> share(Located<String> text) {
    if (NUMBER.matcher(text.value()).matches()) {
      double share = Double.parseDouble(text.value());
      if (share > 0 && share <= 1) {
        return Optional.of(share);
      }
    }
    text.error(
        problems,
        "expected a share above 0 and up to 1, found '" + text.value() + "'",
        "write a number: 0.05 is one of twenty");
    return Optional.empty();
  }

  /// One of a few words.
  Optional<String> choice(Located<String> text, List<String> choices) {
    if (choices.contains(text.value())) {
      return Optional.of(text.value());
    }
    text.error(
        problems,
        "expected one of " + String.join(", ", choices) + ", found '" + text.value() + "'",
        NearMatch.suggestion(text.value(), choices));
    return Optional.empty();
  }

  Optional<LocalDate> date(Located<String> text) {
    try {
      return Optional.of(LocalDate.parse(text.value()));
    } catch (DateTimeException e) {
      text.error(
          problems,
          "expected a date, found '" + text.value() + "'",
          "write year, month and day: 2027-06-30");
      return Optional.empty();
    }
  }

  /// A whole number from 1 to `most`.
  Optional<Integer> count(Located<String> text, int most) {
    if (text.value().matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text.value());
      if (number >= 1 && number <= most) {
        return Optional.of(number);
      }
    }
    text.error(
        problems,
        "expected a whole number, found '" + text.value() + "'",
        "write a number from 1 to " + most);
    return Optional.empty();
  }

  /// A name that becomes part of topic names: Kafka allows them 249 characters, of which suffixes
  /// and the other name need their share.
  void name(Located<String> text, int longest) {
    if (!NAME.matcher(text.value()).matches()) {
      text.error(
          problems,
          "'" + text.value() + "' cannot be part of a topic name",
          "use lower-case letters, digits and hyphens, a letter first");
    } else if (text.value().length() > longest) {
      text.error(
          problems,
          "the name has " + text.value().length() + " characters",
          "shorten it to " + longest + ": topic names are made from it");
    }
  }
}
