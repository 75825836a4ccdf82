package dev.tandem.lens;

import dev.tandem.contract.OptionalSchema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/// The rule of copies: which Avro types say the same as a column's carrier, and how.
final class Natural {
  private static final String INFINITE =
      "expected a date or time before the year 292278, found infinity or a later one";

  private Natural() {}

  /// The conversion of a column's values (of an array column, of its elements) into a schema; empty
  /// if copying would change what they mean.
  static Optional<Conversion> conversion(Input input, Schema target) {
    return switch (input.carrier()) {
      case BOOLEAN -> plain(target, Schema.Type.BOOLEAN);
      case INT -> fromInt(target);
      case LONG -> plain(target, Schema.Type.LONG);
      case FLOAT ->
          is(target, Schema.Type.DOUBLE)
              ? Optional.of(
                  Conversion.exact(
                      value -> (double) (Float) value, value -> (float) (double) (Double) value))
              : plain(target, Schema.Type.FLOAT);
      case DOUBLE -> plain(target, Schema.Type.DOUBLE);
      case NUMERIC -> fromNumeric(input, target);
      case TEXT ->
          target.getType() == Schema.Type.ENUM
              ? Optional.of(symbols(input, target))
              : plain(target, Schema.Type.STRING);
      case JSON -> plain(target, Schema.Type.STRING);
      case UUID ->
          target.getLogicalType() instanceof LogicalTypes.Uuid
                  && target.getType() == Schema.Type.STRING
              ? Optional.of(Conversion.same())
              : plain(target, Schema.Type.STRING);
      case BYTES -> fromBytes(target);
      case DATE ->
          target.getLogicalType() instanceof LogicalTypes.Date
              ? Optional.of(Conversion.exact(Natural::finiteDate, value -> value))
              : Optional.empty();
      case TIMESTAMP -> micros(target.getLogicalType(), "local-timestamp");
      case INSTANT -> micros(target.getLogicalType(), "timestamp");
      case TIME -> time(target.getLogicalType());
    };
  }

  private static boolean is(Schema target, Schema.Type type) {
    return target.getType() == type && target.getLogicalType() == null;
  }

  private static Optional<Conversion> plain(Schema target, Schema.Type type) {
    return is(target, type) ? Optional.of(Conversion.same()) : Optional.empty();
  }

  private static Optional<Conversion> fromInt(Schema target) {
    if (is(target, Schema.Type.LONG)) {
      return Optional.of(
          Conversion.exact(
              value -> (long) (Integer) value, value -> Math.toIntExact((Long) value)));
    }
    if (is(target, Schema.Type.DOUBLE)) {
      return Optional.of(
          Conversion.exact(
              value -> (double) (Integer) value, value -> (int) (double) (Double) value));
    }
    return plain(target, Schema.Type.INT);
  }

  private static Optional<Conversion> fromNumeric(Input input, Schema target) {
    if (target.getLogicalType() instanceof LogicalTypes.Decimal) {
      var decimal = DecimalForm.of(target, Optional.empty());
      return Optional.of(
          DecimalForm.columnScale(input.postgres())
              .filter(scale -> scale <= decimal.scale())
              .map(
                  scale ->
                      Conversion.exact(
                          text -> decimal.parse((String) text),
                          value -> ((BigDecimal) value).setScale(scale).toPlainString()))
              .orElseGet(
                  () ->
                      Conversion.lossy(text -> decimal.parse((String) text), "the display scale")));
    }
    return plain(target, Schema.Type.STRING);
  }

  private static Optional<Conversion> fromBytes(Schema target) {
    if (is(target, Schema.Type.BYTES)) {
      return Optional.of(
          Conversion.exact(
              value -> ByteBuffer.wrap((byte[]) value), value -> copy((ByteBuffer) value)));
    }
    if (is(target, Schema.Type.FIXED)) {
      return Optional.of(
          Conversion.exact(
              value -> fixed(target, (byte[]) value),
              value -> ((GenericData.Fixed) value).bytes().clone()));
    }
    return Optional.empty();
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Object fixed(Schema target, byte[] bytes) {
    if (bytes.length != target.getFixedSize()) {
      throw new Refused(
          "expected " + target.getFixedSize() + " bytes, found " + bytes.length + " bytes");
    }
    return new GenericData.Fixed(target, bytes);
  }

  /// Text into the symbols of an enum: the text of the column must be a symbol.
  private static Conversion symbols(Input input, Schema target) {
    Map<String, Object> symbols = new HashMap<>();
    for (String symbol : target.getEnumSymbols()) {
      symbols.put(symbol, new GenericData.EnumSymbol(target, symbol));
    }
    return Conversion.exact(
        value -> {
          Object symbol = symbols.get(input.text(value));
          if (symbol == null) {
            throw new Refused(
                "expected a symbol of "
                    + OptionalSchema.describe(target)
                    + " in column "
                    + input.column()
                    + ", found another text");
          }
          return symbol;
        },
        Object::toString);
  }

  private static Object finiteDate(Object value) {
    int days = (Integer) value;
    if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
      throw new Refused(INFINITE);
    }
    return value;
  }

  /// @throws Refused for the two infinities of PostgreSQL
  static long finite(Object value) {
    long micros = (Long) value;
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      throw new Refused(INFINITE);
    }
    return micros;
  }

  private static Optional<Conversion> micros(@Nullable LogicalType type, String name) {
    if (type == null) {
      return Optional.empty();
    }
    if (type.getName().equals(name + "-micros")) {
      return Optional.of(Conversion.exact(Natural::finite, value -> value));
    }
    return type.getName().equals(name + "-millis")
        ? Optional.of(
            Conversion.lossy(
                value -> Math.floorDiv(finite(value), 1000L), "what is below a millisecond"))
        : Optional.empty();
  }

  private static Optional<Conversion> time(@Nullable LogicalType type) {
    return switch (type) {
      case LogicalTypes.TimeMicros _ -> Optional.of(Conversion.same());
      case LogicalTypes.TimeMillis _ ->
          Optional.of(
              Conversion.lossy(
                  value -> (int) ((Long) value / 1000), "what is below a millisecond"));
      case null, default -> Optional.empty();
    };
  }
}
