package dev.tandem.capture;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns the engine's values into the carriers' classes, equal to what a sweep reads for the same
/// row.
///
/// The engine stands in for an unchanged TOAST value with a placeholder. Ours begins with a NUL,
/// which no text of PostgreSQL can hold, so that no value is taken for it; in arrays of numbers it
/// comes as its bytes.
final class ConnectValues {
  static final String PLACEHOLDER = "\u0000tandem-unchanged";
  private static final byte[] PLACEHOLDER_BYTES = PLACEHOLDER.getBytes(StandardCharsets.UTF_8);
  private static final String PLACEHOLDER_UUID =
      java.util.UUID.nameUUIDFromBytes(PLACEHOLDER_BYTES).toString();
  private static final List<Long> PLACEHOLDER_NUMBERS = numbers();

  /// The engine's readings of timestamp infinity, microseconds.
  ///
  /// Source: pgjdbc, `PGStatement.DATE_POSITIVE_INFINITY` and `DATE_NEGATIVE_INFINITY`.
  private static final long POSITIVE_INFINITY = 9_223_372_036_825_200_000L;

  private static final long NEGATIVE_INFINITY = -9_223_372_036_832_400_000L;

  /// The engine's readings of date infinity, in days; both lie before the first date there is.
  private static final int POSITIVE_DATE = -2_147_472_692;

  private static final int NEGATIVE_DATE = -2_147_472_691;

  private ConnectValues() {}

  static @Nullable Object value(RowSchema.Field field, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return field.array() ? array(field.carrier(), (List<?>) value) : one(field.carrier(), value);
  }

  private static Object array(Carrier carrier, List<?> values) {
    if (isPlaceholder(values)) {
      return Row.UNKNOWN;
    }
    var elements = new ArrayList<@Nullable Object>(values.size());
    for (Object value : values) {
      elements.add(value == null ? null : one(carrier, value));
    }
    return elements;
  }

  private static Object one(Carrier carrier, Object value) {
    return switch (carrier) {
      case BOOLEAN -> (Boolean) value;
      case FLOAT -> (Float) value;
      case DOUBLE -> (Double) value;
      case TIME -> (Long) value;
      case INT -> ((Number) value).intValue();
      case LONG -> ((Number) value).longValue();
      case NUMERIC -> numeric((String) value);
      case TEXT, JSON -> text((String) value);
      case UUID -> value.equals(PLACEHOLDER) ? Row.UNKNOWN : lower((String) value);
      case BYTES -> bytes(value);
      case DATE -> date(((Number) value).intValue());
      case TIMESTAMP -> timestamp((Long) value);
      case INSTANT -> instant((String) value);
    };
  }

  private static Object numeric(String value) {
    return switch (value) {
      case PLACEHOLDER -> Row.UNKNOWN;
      case "NAN" -> "NaN";
      case "POSITIVE_INFINITY" -> "Infinity";
      case "NEGATIVE_INFINITY" -> "-Infinity";
      default -> value;
    };
  }

  private static String lower(String value) {
    return value.toLowerCase(Locale.ROOT);
  }

  private static Object bytes(Object value) {
    byte[] bytes;
    if (value instanceof ByteBuffer buffer) {
      bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
    } else {
      bytes = (byte[]) value;
    }
    return Arrays.equals(bytes, PLACEHOLDER_BYTES) ? Row.UNKNOWN : bytes;
  }

  private static int date(int days) {
    return switch (days) {
      case POSITIVE_DATE -> Integer.MAX_VALUE;
      case NEGATIVE_DATE -> Integer.MIN_VALUE;
      default -> days;
    };
  }

  private static long timestamp(long micros) {
    return micros >= POSITIVE_INFINITY
        ? Long.MAX_VALUE
        : micros <= NEGATIVE_INFINITY ? Long.MIN_VALUE : micros;
  }

  /// ISO 8601 in UTC, or PostgreSQL's infinities.
  private static long instant(String text) {
    if (text.equals("infinity")) {
      return Long.MAX_VALUE;
    }
    if (text.equals("-infinity")) {
      return Long.MIN_VALUE;
    }
    return InstantText.micros(text);
  }

  private static Object text(String value) {
    return value.equals(PLACEHOLDER) ? Row.UNKNOWN : value;
  }

  private static boolean isPlaceholder(List<?> values) {
    if (values.size() == 1 && values.getFirst() instanceof String text) {
      return text.equals(PLACEHOLDER) || text.equals(PLACEHOLDER_UUID);
    }
    return values.size() == PLACEHOLDER_NUMBERS.size()
        && values.getFirst() instanceof Number
        && values.stream()
            .map(value -> value instanceof Number number ? (Long) number.longValue() : null)
            .toList()
            .equals(PLACEHOLDER_NUMBERS);
  }

  private static List<Long> numbers() {
    var numbers = new ArrayList<Long>();
    for (byte b : PLACEHOLDER_BYTES) {
      numbers.add((long) b);
    }
    return List.copyOf(numbers);
  }
}
