package dev.tandem.version;

import dev.tandem.version.Expression.Overflow;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/// The rule of casts between versions. What does not fit (out of range, a fraction where a whole
/// number is wanted, digits that floating point does not hold, a text of another form, a symbol
/// that
/// is none) is refused with `fail`, is null with `null`, and with `clamp` becomes the nearest
/// number
/// towards zero within the range; what is no number cannot be clamped and is refused.
final class Casts {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,100}(\\.[0-9]{1,100})?");
  /// As floating point is written, here and in PostgreSQL; infinity and no number by their names.
  private static final Pattern FLOATING =
      Pattern.compile("-?[0-9]{1,400}(\\.[0-9]{1,1100})?([eE][-+]?[0-9]{1,4})?|NaN|-?Infinity");

  private static final BigDecimal LEAST_INT = BigDecimal.valueOf(Integer.MIN_VALUE);
  private static final BigDecimal MOST_INT = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private Casts() {}

  /// The conversion of values, null aside; empty where there is none between these types.
  static Optional<Function<Object, @Nullable Object>> conversion(
      Schema source, Schema target, Overflow overflow) {
    boolean castable = castable(source);
    return switch (target.getType()) {
      case INT ->
          castable && target.getLogicalType() == null
              ? Optional.of(
                  value -> {
                    var whole = whole(number(value), LEAST_INT, MOST_INT, overflow);
                    return whole == null ? null : (Object) whole.intValue();
                  })
              : Optional.empty();
      case LONG ->
          castable && target.getLogicalType() == null
              ? Optional.of(
                  value -> {
                    var whole = whole(number(value), LEAST_LONG, MOST_LONG, overflow);
                    return whole == null ? null : (Object) whole.longValue();
                  })
              : Optional.empty();
      case FLOAT -> castable ? Optional.of(value -> single(value, overflow)) : Optional.empty();
      case DOUBLE -> castable ? Optional.of(value -> twice(value, overflow)) : Optional.empty();
      case STRING ->
          target.getLogicalType() == null && hasText(source)
              ? Optional.of(Casts::text)
              : Optional.empty();
      case ENUM ->
          isText(source) || source.getType() == Schema.Type.ENUM
              ? Optional.of(value -> symbol(target, value, overflow))
              : Optional.empty();
      case BOOLEAN ->
          isText(source) ? Optional.of(value -> truth(value, overflow)) : Optional.empty();
      case BYTES, FIXED, ARRAY, MAP, RECORD, UNION, NULL -> Optional.empty();
    };
  }

  /// Whether a cast that refuses what does not fit can be undone for all that it lets pass.
  static boolean exact(Schema source, Schema target) {
    boolean floats = isFloating(source) && !isFloating(target);
    boolean text =
        isText(source)
            && target.getType() != Schema.Type.ENUM
            && target.getType() != Schema.Type.BOOLEAN;
    return !text && (!floats || target.getType() == Schema.Type.STRING);
  }

  private static boolean isFloating(Schema schema) {
    return schema.getType() == Schema.Type.FLOAT || schema.getType() == Schema.Type.DOUBLE;
  }

  private static boolean isText(Schema schema) {
    return schema.getType() == Schema.Type.STRING && schema.getLogicalType() == null;
  }

  private static boolean isDecimal(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.Decimal;
  }

  private static boolean castable(Schema source) {
    return isDecimal(source)
        || isText(source)
        || isFloating(source)
        || (source.getType() == Schema.Type.INT || source.getType() == Schema.Type.LONG)
            && source.getLogicalType() == null;
  }

  private static boolean hasText(Schema source) {
    return castable(source)
        || source.getType() == Schema.Type.BOOLEAN
        || source.getType() == Schema.Type.ENUM;
  }

  private static Object text(Object value) {
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  /// Null for what is no finite number.
  private static @Nullable BigDecimal number(Object value) {
    return switch (value) {
      case BigDecimal decimal -> decimal;
      case Integer whole -> BigDecimal.valueOf(whole);
      case Long whole -> BigDecimal.valueOf(whole);
      case Float single -> Float.isFinite(single) ? new BigDecimal(single) : null;
      case Double twice -> Double.isFinite(twice) ? new BigDecimal(twice) : null;
      default ->
          NUMBER.matcher(value.toString()).matches() ? new BigDecimal(value.toString()) : null;
    };
  }

  private static @Nullable BigInteger whole(
      @Nullable BigDecimal number, BigDecimal least, BigDecimal most, Overflow overflow) {
    if (number == null) {
      unfit("expected a finite number, found none", overflow);
      return null;
    }
    boolean inside = number.compareTo(least) >= 0 && number.compareTo(most) <= 0;
    BigDecimal whole = number.setScale(0, RoundingMode.DOWN);
    if (inside && whole.compareTo(number) == 0) {
      return whole.toBigInteger();
    }
    if (overflow == Overflow.CLAMP) {
      return whole.max(least).min(most).toBigInteger();
    }
    unfit(
        inside
            ? "expected a whole number, found a fraction"
            : "expected a number from " + least + " to " + most + ", found one beyond",
        overflow);
    return null;
  }

  /// Texts take the nearest value, for few decimal fractions have an exact one.
  private static @Nullable Object twice(Object value, Overflow overflow) {
    if (value instanceof Double || value instanceof Float) {
      return ((Number) value).doubleValue();
    }
    if (value instanceof CharSequence text) {
      return floating(text, Double::parseDouble, Double.MAX_VALUE, overflow);
    }
    BigDecimal exact = Objects.requireNonNull(number(value));
    double nearest = exact.doubleValue();
    boolean same = Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(exact) == 0;
    return same || overflow == Overflow.CLAMP ? (Object) nearest : unprecise(overflow);
  }

  private static @Nullable Object single(Object value, Overflow overflow) {
    if (value instanceof Float) {
      return value;
    }
    if (value instanceof CharSequence text) {
      // Not by way of a double, which could round twice.
      Double nearest = floating(text, Float::parseFloat, Float.MAX_VALUE, overflow);
      return nearest == null ? null : (Object) nearest.floatValue();
    }
    if (value instanceof Double twice) {
      float nearest = twice.floatValue();
      boolean same = Double.compare(nearest, twice) == 0;
      return same || overflow == Overflow.CLAMP
          ? (Object) bounded(nearest, twice)
          : unprecise(overflow);
    }
    BigDecimal exact = Objects.requireNonNull(number(value));
    float nearest = exact.floatValue();
    boolean same = Float.isFinite(nearest) && new BigDecimal(nearest).compareTo(exact) == 0;
    return same || overflow == Overflow.CLAMP ? (Object) nearest : unprecise(overflow);
  }

  /// A finite number stays one.
  private static float bounded(float nearest, double of) {
    return Float.isInfinite(nearest) && Double.isFinite(of)
        ? Math.copySign(Float.MAX_VALUE, nearest)
        : nearest;
  }

  /// The nearest value of a text; a number that is written is none of the infinite ones.
  private static @Nullable Double floating(
      CharSequence given, ToDoubleFunction<String> nearest, double most, Overflow overflow) {
    String text = given.toString();
    if (!FLOATING.matcher(text).matches()) {
      unfit("expected a number, found another text", overflow);
      return null;
    }
    double value = nearest.applyAsDouble(text);
    if (!Double.isInfinite(value) || text.endsWith("Infinity")) {
      return value;
    }
    if (overflow == Overflow.CLAMP) {
      return Math.copySign(most, value);
    }
    unfit("expected a number that floating point can hold, found a larger one", overflow);
    return null;
  }

  private static @Nullable Object symbol(Schema target, Object value, Overflow overflow) {
    String name = value.toString();
    return target.hasEnumSymbol(name)
        ? new GenericData.EnumSymbol(target, name)
        : unfit("expected a symbol of enum " + target.getName() + ", found another", overflow);
  }

  private static @Nullable Object truth(Object value, Overflow overflow) {
    return switch (value.toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> unfit("expected true or false, found another text", overflow);
    };
  }

  private static @Nullable Object unprecise(Overflow overflow) {
    return unfit("expected a number that floating point holds exactly, found another", overflow);
  }

  private static @Nullable Object unfit(String reason, Overflow overflow) {
    if (overflow == Overflow.NULL) {
      return null;
    }
    throw new Unfit(reason);
  }

  /// The conversion of whole numbers, decimals and texts into a decimal, null aside. Digits that do
  /// not fit are refused, unless a declared rounding drops those behind the point.
  static Optional<Function<Object, @Nullable Object>> decimal(
      Schema source, Schema target, Optional<RoundingMode> rounding) {
    if (!castable(source)
        || isFloating(source)
        || !(target.getLogicalType() instanceof LogicalTypes.Decimal type)) {
      return Optional.empty();
    }
    var mode = rounding.orElse(RoundingMode.UNNECESSARY);
    return Optional.of(value -> fit(number(value), type, mode));
  }

  private static Object fit(
      @Nullable BigDecimal number, LogicalTypes.Decimal type, RoundingMode mode) {
    if (number == null) {
      throw new Unfit("expected a number, found another text");
    }
    BigDecimal scaled;
    try {
      scaled = number.setScale(type.getScale(), mode);
    } catch (ArithmeticException e) {
      throw new Unfit("expected at most " + type.getScale() + " fraction digits, found more");
    }
    if (scaled.precision() > type.getPrecision()) {
      throw new Unfit("expected at most " + type.getPrecision() + " digits, found more");
    }
    return scaled;
  }
}
