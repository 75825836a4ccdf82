package dev.tandem.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import dev.tandem.plan.MappingException;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Padding;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The rule of JSON values as values of columns: numbers and booleans as such; a `numeric` as a
/// number or as a text of one; dates, times and UUIDs as ISO texts, to the microsecond; `bytea` as
/// bytes or Base64; `json` as whatever stands there. What would lose anything is refused.
final class PayloadValue {
  private static final Pattern MODIFIER = Pattern.compile("\\(([0-9]+)(?:,([0-9]+))?\\)");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,2000}(\\.[0-9]{1,2000})?");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final JsonNode node;
  private final ColumnType type;

  private PayloadValue(JsonNode node, ColumnType type) {
    this.node = node;
    this.type = type;
  }

  /// @throws MappingException if the value is none of the type
  static Object of(JsonNode node, ColumnType type, String path) {
    try {
      return new PayloadValue(node, type).value();
    } catch (Unfit | DateTimeException | ArithmeticException e) {
      String found = e instanceof Unfit unfit ? unfit.found : "a text that is none";
      throw new MappingException(path, "expected " + type.postgres() + ", found " + found);
    }
  }

  /// What messages call a kind of JSON.
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case BOOLEAN -> "a boolean";
      case NUMBER -> "a number";
      case STRING -> "a text";
      case BINARY -> "bytes";
      case NULL -> "null";
      case MISSING -> "nothing";
    };
  }

  private static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String found;

    Unfit(String found) {
      super(found, null, false, false);
      this.found = found;
    }
  }

  private Object value() {
    return switch (Objects.requireNonNull(type.carrier())) {
      case BOOLEAN -> {
        require(node.isBoolean());
        yield node.booleanValue();
      }
      case INT -> (int) whole(type.postgres().equals("smallint") ? Short.SIZE : Integer.SIZE);
      case LONG -> whole(Long.SIZE);
      case FLOAT -> {
        require(node.isNumber());
        yield finite(node.floatValue());
      }
      case DOUBLE -> {
        require(node.isNumber());
        yield finite(node.doubleValue());
      }
      case NUMERIC -> numeric();
      case TEXT -> sized(text());
      case JSON -> {
        requireNumbers(node);
        yield unbroken(node.toString());
      }
      case BYTES -> bytes();
      case DATE -> Math.toIntExact(LocalDate.parse(text()).toEpochDay());
      case TIMESTAMP ->
          micros(
              time(LocalDateTime::parse, OffsetDateTime::parse, "a time with its offset")
                  .toInstant(ZoneOffset.UTC));
      case INSTANT ->
          micros(
              time(OffsetDateTime::parse, LocalDateTime::parse, "a time without its offset")
                  .toInstant());
      case TIME -> micros(LocalTime.parse(text()).toNanoOfDay());
      case UUID -> {
        require(UUID_TEXT.matcher(text()).matches());
        yield UUID.fromString(text()).toString();
      }
    };
  }

  private void require(boolean fits) {
    if (!fits) {
      throw new Unfit(node.isTextual() ? "a text that is none" : kind(node));
    }
  }

  private String text() {
    if (!node.isTextual()) {
      throw new Unfit(kind(node));
    }
    String text = node.textValue();
    if (text.indexOf('\0') >= 0) {
      throw new Unfit("a text with a NUL character");
    }
    return unbroken(text);
  }

  /// JSON can name a half of a character that UTF-16 writes in two; UTF-8 cannot say it.
  private static String unbroken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean isPair =
            i + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(i + 1));
        if (!isPair) {
          throw new Unfit("a text with half a character");
        }
        i++;
      }
    }
    return text;
  }

  private long whole(int bits) {
    BigDecimal number = number();
    boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    if (!whole || number.precision() - number.scale() > 19) {
      throw new Unfit(whole ? "a number out of its range" : "a number that is not whole");
    }
    var value = number.toBigInteger();
    if (value.bitLength() >= bits) {
      throw new Unfit("a number out of its range");
    }
    return value.longValue();
  }

  /// Of a `float` the digits that tell it from others.
  private BigDecimal number() {
    require(node.isNumber());
    finite(node.doubleValue());
    return node.isFloat() ? new BigDecimal(Float.toString(node.floatValue())) : node.decimalValue();
  }

  /// JSON has no NaN and no infinite number; Avro does.
  private static void requireNumbers(JsonNode node) {
    if (node.isFloat() || node.isDouble()) {
      finite(node.doubleValue());
    }
    node.forEach(PayloadValue::requireNumbers);
  }

  private static float finite(float number) {
    if (!Float.isFinite(number)) {
      throw new Unfit("a number out of its range");
    }
    return number;
  }

  private static double finite(double number) {
    if (!Double.isFinite(number)) {
      throw new Unfit("a number out of its range");
    }
    return number;
  }

  /// With the digits that stand there; a declared scale is a limit, and filled up to.
  private String numeric() {
    BigDecimal number;
    if (node.isNumber()) {
      number = number();
    } else {
      require(NUMBER.matcher(text()).matches());
      number = new BigDecimal(text());
    }
    if (Math.abs((long) number.scale()) > 16_383 || number.precision() > 131_072) {
      throw new Unfit("a number out of its range");
    }
    Matcher modifier = MODIFIER.matcher(type.postgres());
    if (modifier.find() && modifier.group(2) != null) {
      int scale = Integer.parseInt(modifier.group(2));
      if (number.stripTrailingZeros().scale() > scale) {
        throw new Unfit("a number with more than " + scale + " decimals");
      }
      number = number.setScale(scale);
      if (number.precision() > Integer.parseInt(modifier.group(1))) {
        throw new Unfit("a number out of its range");
      }
    }
    return number.scale() < 0 ? number.setScale(0).toPlainString() : number.toPlainString();
  }

  private String sized(String given) {
    String text = Padding.isOf(type.postgres()) ? Padding.cut(given) : given;
    Matcher modifier = MODIFIER.matcher(type.postgres());
    if (modifier.find()
        && text.codePointCount(0, text.length()) > Integer.parseInt(modifier.group(1))) {
      throw new Unfit("a text that is longer");
    }
    return text;
  }

  private byte[] bytes() {
    if (node instanceof BinaryNode binary) {
      return binary.binaryValue();
    }
    try {
      return Base64.getDecoder().decode(text());
    } catch (IllegalArgumentException e) {
      throw new Unfit("a text that is not Base64");
    }
  }

  /// `2024-01-31 12:00` is what PostgreSQL prints, `2024-01-31T12:00` what JSON has.
  private String iso() {
    return text().replaceFirst("(\\d) (\\d)", "$1T$2");
  }

  /// @param other the kind of time that is not wanted, and is told by `found`
  private <T> T time(Function<String, T> wanted, Function<String, ?> other, String found) {
    String text = iso();
    try {
      return wanted.apply(text);
    } catch (DateTimeException e) {
      Object _ = other.apply(text);
      throw new Unfit(found);
    }
  }

  private static long micros(Instant instant) {
    if (!instant.truncatedTo(ChronoUnit.MICROS).equals(instant)) {
      throw new Unfit("a time that is finer than a microsecond");
    }
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static long micros(long nanos) {
    if (nanos % 1000 != 0) {
      throw new Unfit("a time that is finer than a microsecond");
    }
    return nanos / 1000;
  }
}
