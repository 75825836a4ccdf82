package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.math.BigDecimal;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `{decimal: column, scale: 2, rounding: fail}`: a whole number of minor units, or a numeric, as a
/// decimal of the contract's scale.
///
/// `scale` is the number of digits that an integer column keeps behind the point; numerics know
/// their own. Digits that do not fit are refused unless `rounding` (`half-up`, `half-even`, `down`)
/// drops them.
///
/// @param scale of an integer column
record Scaled(Input input, Schema output, int scale, DecimalForm form) implements OneColumn {
  @Override
  public @Nullable Object convert(Object value) {
    return switch (value) {
      case Integer minor -> form.fit(BigDecimal.valueOf(minor, scale));
      case Long minor -> form.fit(BigDecimal.valueOf(minor, scale));
      case String numeric -> form.parse(numeric);
      default -> throw new IllegalStateException("a number as " + value.getClass());
    };
  }

  @Override
  public Inverse inverse() {
    if (form.rounding().isPresent()) {
      return new Inverse.Lossy("rounded digits of " + input.column());
    }
    Optional<Integer> columnScale = DecimalForm.columnScale(input.postgres());
    return switch (input.carrier()) {
      case INT -> OneColumn.exact(value -> minorUnits(value).intValueExact());
      case LONG -> OneColumn.exact(value -> minorUnits(value).longValueExact());
      case Carrier _ when columnScale.isPresent() && columnScale.get() <= form.scale() ->
          OneColumn.exact(
              value -> ((BigDecimal) value).setScale(columnScale.get()).toPlainString());
      default -> new Inverse.Lossy("the display scale of " + input.column());
    };
  }

  /// Numerics that are equal in SQL give equal decimals, so what the inverse loses names no row.
  @Override
  public boolean injective() {
    return form.rounding().isEmpty();
  }

  private BigDecimal minorUnits(Object value) {
    return ((BigDecimal) value).movePointRight(scale);
  }
}
