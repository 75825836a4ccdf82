package dev.tandem.kit;

import dev.tandem.table.Column;
import dev.tandem.table.Padding;
import dev.tandem.table.TableId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One value of a row that a test has written, as capture would carry it.
record CellText(TableId table, Column column) {
  private static final Pattern MODIFIER = Pattern.compile("\\(([0-9]+)(?:,([0-9]+))?\\)");
  private static final Pattern SPACE = Pattern.compile("(\\d) (\\d)");
  private static final Pattern SHORT_OFFSET = Pattern.compile("([+-]\\d\\d)$");

  /// @throws IllegalArgumentException if the column could not hold it
  @Nullable Object value(@Nullable Object given) {
    if (given == null) {
      if (!column.nullable()) {
        throw new IllegalArgumentException(
            "expected a value of "
                + named()
                + ", which is NOT NULL, found none; a default of the database has to be said too");
      }
      return null;
    }
    if (!column.type().array()) {
      return single(given);
    }
    if (!(given instanceof List<?> list)) {
      throw unfit(given);
    }
    var values = new ArrayList<@Nullable Object>(list.size());
    for (Object element : list) {
      values.add(element == null ? null : single(element));
    }
    return values;
  }

  private Object single(Object given) {
    try {
      return switch (Objects.requireNonNull(column.type().carrier())) {
        case BOOLEAN -> truth(given);
        case INT ->
            column.type().postgres().equals("smallint")
                ? (int) whole(given).shortValueExact()
                : whole(given).intValueExact();
        case LONG -> whole(given).longValueExact();
        case FLOAT ->
            given instanceof Number number ? number.floatValue() : Float.parseFloat(text(given));
        case DOUBLE ->
            given instanceof Number number ? number.doubleValue() : Double.parseDouble(text(given));
        case NUMERIC -> numeric(given);
        case TEXT -> sized(text(given));
        case JSON -> text(given);
        case BYTES -> given instanceof byte[] bytes ? bytes : hex(text(given));
        case DATE ->
            Math.toIntExact(
                (given instanceof LocalDate date ? date : LocalDate.parse(text(given)))
                    .toEpochDay());
        case TIMESTAMP ->
            micros(
                (given instanceof LocalDateTime time ? time : LocalDateTime.parse(iso(given)))
                    .toInstant(ZoneOffset.UTC));
        case INSTANT -> micros(instant(given));
        case TIME ->
            (given instanceof LocalTime time ? time : LocalTime.parse(text(given))).toNanoOfDay()
                / 1000;
        case UUID -> (given instanceof UUID uuid ? uuid : UUID.fromString(text(given))).toString();
      };
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw unfit(given);
    }
  }

  private boolean truth(Object given) {
    if (given instanceof Boolean truth) {
      return truth;
    }
    return switch (text(given).toLowerCase(Locale.ROOT)) {
      case "t", "true" -> true;
      case "f", "false" -> false;
      default -> throw unfit(given);
    };
  }

  private BigDecimal whole(Object given) {
    return new BigDecimal(given instanceof Number number ? number.toString() : text(given));
  }

  /// With the scale of the column, as PostgreSQL keeps it.
  private String numeric(Object given) {
    String text = given instanceof Number number ? number.toString() : text(given);
    if (text.equals("NaN") || text.endsWith("Infinity")) {
      return text;
    }
    var decimal = new BigDecimal(text);
    Matcher modifier = MODIFIER.matcher(column.type().postgres());
    if (modifier.find() && modifier.group(2) != null) {
      decimal = decimal.setScale(Integer.parseInt(modifier.group(2)), RoundingMode.HALF_UP);
    }
    return decimal.toPlainString();
  }

  /// Not longer than the column.
  private String sized(String given) {
    String text = Padding.isOf(column.type().postgres()) ? Padding.cut(given) : given;
    Matcher modifier = MODIFIER.matcher(column.type().postgres());
    if (!modifier.find()) {
      return text;
    }
    int most = Integer.parseInt(modifier.group(1));
    if (text.codePointCount(0, text.length()) > most) {
      throw unfit(text);
    }
    return text;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.startsWith("\\x") ? text.substring(2) : text);
  }

  private Instant instant(Object given) {
    return switch (given) {
      case Instant instant -> instant;
      case OffsetDateTime time -> time.toInstant();
      case ZonedDateTime time -> time.toInstant();
      default ->
          OffsetDateTime.parse(SHORT_OFFSET.matcher(iso(given)).replaceFirst("$1:00")).toInstant();
    };
  }

  private String iso(Object given) {
    return SPACE.matcher(text(given)).replaceFirst("$1T$2");
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private String text(Object given) {
    if (given instanceof CharSequence || given instanceof Character) {
      return given.toString();
    }
    throw unfit(given);
  }

  private String named() {
    return table + "." + column.name() + " (" + column.type().postgres() + ")";
  }

  private IllegalArgumentException unfit(Object given) {
    return new IllegalArgumentException(
        "expected a value of "
            + named()
            + ", found "
            + given
            + " ("
            + given.getClass().getSimpleName()
            + ")");
  }
}
