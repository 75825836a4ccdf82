package dev.tandem.lens;

import dev.tandem.table.Carrier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// `field: column` or `{copy: column}`: the value as it is, in the Avro type that says the same.
///
/// Whole numbers may get wider. What would change the value is refused when compiled, or for the
/// row that holds it: infinities of dates and timestamps, `NaN` where a decimal is wanted.
record Copy(Input input, Schema output, Conversion conversion) implements OneColumn {
  @Override
  public @Nullable Object convert(Object value) {
    return conversion.to().apply(value);
  }

  @Override
  public Inverse inverse() {
    return conversion
        .back()
        .map(OneColumn::exact)
        .orElseGet(() -> new Inverse.Lossy(conversion.lost() + " of " + input.column()));
  }

  /// A display scale that is lost names no other row: SQL holds such values equal.
  @Override
  public boolean injective() {
    return conversion.back().isPresent()
        || input.carrier() == Carrier.NUMERIC
        || input.carrier() == Carrier.TEXT;
  }
}
