package dev.tandem.lens;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// The rule of decimals: a value takes the contract's scale without losing a digit and fits its
/// precision, or is refused; only a declared rounding may drop digits.
record DecimalForm(int precision, int scale, Optional<RoundingMode> rounding) {
  private static final Pattern SCALED = Pattern.compile("numeric\\(\\d+,(-?\\d+)\\)");
  private static final Pattern WHOLE = Pattern.compile("numeric\\(\\d+\\)");

  static DecimalForm of(Schema schema, Optional<RoundingMode> rounding) {
    var decimal = (LogicalTypes.Decimal) schema.getLogicalType();
    return new DecimalForm(decimal.getPrecision(), decimal.getScale(), rounding);
  }

  /// The display scale that every value of a numeric column has; empty if the type leaves it open.
  static Optional<Integer> columnScale(String postgres) {
    var scaled = SCALED.matcher(postgres);
    if (scaled.matches()) {
      return Optional.of(Math.max(0, Integer.parseInt(scaled.group(1))));
    }
    return WHOLE.matcher(postgres).matches() ? Optional.of(0) : Optional.empty();
  }

  /// @param text of a numeric; `NaN` and infinities are refused
  BigDecimal parse(String text) {
    char last = text.charAt(text.length() - 1);
    if (last < '0' || last > '9') {
      throw new Refused("expected a number that a decimal can hold, found NaN or an infinity");
    }
    return fit(new BigDecimal(text));
  }

  BigDecimal fit(BigDecimal value) {
    BigDecimal scaled;
    try {
      scaled = value.setScale(scale, rounding.orElse(RoundingMode.UNNECESSARY));
    } catch (ArithmeticException e) {
      throw new Refused("expected at most " + scale + " fraction digits, found more");
    }
    if (scaled.precision() > precision) {
      throw new Refused("expected at most " + precision + " digits, found more");
    }
    return scaled;
  }
}
