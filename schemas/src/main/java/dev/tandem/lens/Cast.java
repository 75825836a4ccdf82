package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.UUID;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{cast: column, to: int, overflow: fail}`: the value in another type: `boolean`, `int`, `long`,
/// `float`, `double`, `string` or `uuid`.
///
/// What does not fit (out of range, a fraction where a whole number is wanted, a text that is no
/// number, anything but 0 and 1 for a boolean) refuses the row with `fail`, is null with `null`,
/// and with `clamp` becomes the nearest number towards zero within the range; a text that is no
/// number cannot be clamped and refuses the row. Floating point takes the nearest value.
record Cast(Input input, Schema output, To to, Overflow overflow) implements OneColumn {
  /// What a cast makes.
  enum To {
    BOOLEAN,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    STRING,
    UUID
  }

  /// What becomes of a value that does not fit.
  enum Overflow {
    FAIL,
    CLAMP,
    NULL
  }

  /// Longer numbers, and exponents beyond it, are taken for no number at all.
  private static final int LONGEST = 1000;

  @Override
  public boolean nullable() {
    return input.nullable() || overflow == Overflow.NULL;
  }

  @Override
  public @Nullable Object convert(Object value) {
    return switch (to) {
      case STRING -> input.text(value);
      case UUID -> uuid(input.text(value));
      case BOOLEAN -> value instanceof Boolean ? value : bit(value);
      case INT -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT, DOUBLE -> floating(value);
    };
  }

  private @Nullable Object uuid(String text) {
    try {
      String canonical = UUID.fromString(text).toString();
      if (canonical.equals(text.toLowerCase(Locale.ROOT))) {
        return canonical;
      }
    } catch (IllegalArgumentException e) {
      return unfit();
    }
    return unfit();
  }

  private @Nullable Object bit(Object value) {
    BigDecimal number = number(value);
    if (number != null && number.signum() == 0) {
      return false;
    }
    return number != null && number.compareTo(BigDecimal.ONE) == 0 ? true : unfit();
  }

  private @Nullable Object whole(Object value, long least, long most) {
    if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
      long number = value instanceof Boolean on ? (on ? 1 : 0) : ((Number) value).longValue();
      if (number >= least && number <= most) {
        return sized(number);
      }
      return overflow == Overflow.CLAMP ? sized(Math.clamp(number, least, most)) : unfit();
    }
    BigDecimal number = number(value);
    if (number == null) {
      return unfit();
    }
    var bounded = number.min(BigDecimal.valueOf(most)).max(BigDecimal.valueOf(least));
    var rounded = bounded.setScale(0, RoundingMode.DOWN);
    return rounded.compareTo(number) == 0 || overflow == Overflow.CLAMP
        ? sized(rounded.longValueExact())
        : unfit();
  }

  private Object sized(long number) {
    if (to == To.INT) {
      return (int) number;
    }
    return number;
  }

  private @Nullable Object floating(Object value) {
    BigDecimal number = number(value);
    if (number == null) {
      return unfit();
    }
    double nearest = to == To.FLOAT ? number.floatValue() : number.doubleValue();
    if (Double.isInfinite(nearest)) {
      if (overflow != Overflow.CLAMP) {
        return unfit();
      }
      nearest = Math.copySign(to == To.FLOAT ? Float.MAX_VALUE : Double.MAX_VALUE, nearest);
    }
    if (to == To.FLOAT) {
      return (float) nearest;
    }
    return nearest;
  }

  /// The value as a number, or null if it is none (or not a finite one).
  private static @Nullable BigDecimal number(Object value) {
    String text = value instanceof Boolean on ? (on ? "1" : "0") : value.toString().strip();
    if (text.length() > LONGEST) {
      return null;
    }
    try {
      var number = new BigDecimal(text);
      return Math.abs((long) number.scale()) > LONGEST ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private @Nullable Object unfit() {
    if (overflow == Overflow.NULL) {
      return null;
    }
    throw new Refused(
        "expected a value that fits "
            + to.name().toLowerCase(Locale.ROOT)
            + " in column "
            + input.column()
            + ", found one that does not");
  }

  @Override
  public Inverse inverse() {
    boolean exact =
        overflow == Overflow.FAIL
            && switch (input.carrier()) {
              case BOOLEAN -> to == To.INT || to == To.LONG || to == To.STRING || to == To.BOOLEAN;
              case INT -> to != To.FLOAT && to != To.UUID;
              case LONG -> to != To.FLOAT && to != To.DOUBLE && to != To.UUID;
              default -> false;
            };
    return exact
        ? OneColumn.exact(this::back)
        : new Inverse.Lossy("how " + input.column() + " was written");
  }

  /// Numerics that are equal in SQL give equal numbers, so what the inverse loses names no row.
  @Override
  public boolean injective() {
    return inverse() instanceof Inverse.Exact
        || (input.carrier() == Carrier.NUMERIC
            && overflow == Overflow.FAIL
            && (to == To.INT || to == To.LONG || to == To.STRING));
  }

  private Object back(Object value) {
    long number =
        switch (value) {
          case Boolean on -> on ? 1 : 0;
          case Number some -> some.longValue();
          default ->
              input.carrier() == Carrier.BOOLEAN
                  ? (value.equals("true") ? 1 : 0)
                  : Long.parseLong(value.toString());
        };
    return switch (input.carrier()) {
      case BOOLEAN -> number == 1;
      case INT -> (int) number;
      default -> number;
    };
  }
}
