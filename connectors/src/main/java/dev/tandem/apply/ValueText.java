package dev.tandem.apply;

import dev.tandem.plan.ContractData;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;

/// Contract values as text that PostgreSQL reads.
final class ValueText {
  /// Microseconds of a whole day.
  static final long DAY = 86_400_000_000L;

  private ValueText() {}

  /// @param postgres the column's type; json takes any nested value
  static String of(Object value, Schema type, String postgres) {
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    if (value instanceof Collection<?> elements && !postgres.startsWith("json")) {
      return array(elements, ColumnBinding.present(type.getElementType()), postgres);
    }
    return scalar(value, type);
  }

  private static String scalar(Object value, Schema type) {
    return switch (value) {
      case BigDecimal decimal -> decimal.toPlainString();
      case ByteBuffer bytes -> "\\x" + hex(bytes.duplicate());
      case Number number -> moment(number.longValue(), ColumnBinding.logical(type), value);
      case GenericEnumSymbol<?> symbol -> symbol.toString();
      default -> ContractData.MODEL.toString(value);
    };
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static String moment(long value, String logical, Object number) {
    return switch (logical) {
      case "date" -> LocalDate.ofEpochDay(value).toString();
      case "time-micros" -> time(value);
      case "local-timestamp-micros" -> local(value).toString();
      case "timestamp-micros" -> local(value) + "Z";
      default -> number.toString();
    };
  }

  /// @param micros since midnight, up to a whole day
  static String time(long micros) {
    return micros == DAY ? "24:00" : LocalTime.ofNanoOfDay(micros * 1000).toString();
  }

  private static LocalDateTime local(long micros) {
    long nanos = Math.floorMod(micros, 1_000_000L) * 1000;
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), (int) nanos, ZoneOffset.UTC);
  }

  private static String array(Collection<?> elements, Schema type, String postgres) {
    var text = new StringBuilder("{");
    for (Object element : elements) {
      if (text.length() > 1) {
        text.append(',');
      }
      if (element == null) {
        text.append("NULL");
        continue;
      }
      String plain = of(element, type, postgres.replace("[]", ""));
      text.append('"').append(plain.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return text.append('}').toString();
  }
}
