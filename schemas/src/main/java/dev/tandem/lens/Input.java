package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.math.BigDecimal;

/// One column that a lens reads.
///
/// @param column its name in the table that is read
/// @param slot its place in the [Binder] of that table
/// @param postgres its type as the catalog prints it
record Input(
    String column, int slot, Carrier carrier, boolean array, boolean nullable, String postgres) {

  /// The one text of a value of this column: equal in SQL, equal here. The display scale
  /// of numerics does not count.
  String text(Object value) {
    return switch (carrier) {
      case NUMERIC -> plain((String) value);
      case TEXT, BOOLEAN, INT, LONG, UUID, JSON -> value.toString();
      case FLOAT, DOUBLE, BYTES, DATE, TIMESTAMP, INSTANT, TIME ->
          throw new IllegalStateException("no text of " + carrier);
    };
  }

  /// Whether [#text] is defined.
  boolean hasText() {
    return !array
        && switch (carrier) {
          case TEXT, NUMERIC, BOOLEAN, INT, LONG, UUID, JSON -> true;
          case FLOAT, DOUBLE, BYTES, DATE, TIMESTAMP, INSTANT, TIME -> false;
        };
  }

  private static String plain(String numeric) {
    char last = numeric.charAt(numeric.length() - 1);
    if (last < '0' || last > '9') {
      return numeric;
    }
    var decimal = new BigDecimal(numeric);
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }

  /// How messages name it: `bal_cents (integer)`.
  @Override
  public String toString() {
    return column + " (" + postgres + ")";
  }
}
