package dev.tandem.contract;

import java.math.BigDecimal;
import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// The one text of a contract value by which both sides of a migration name it, for instance to
/// find its partition. Equal values have equal texts, whatever their scale or case of writing was.
public final class CanonicalText {
  private CanonicalText() {}

  /// Strings and enums as they are, uuids in lower case, whole numbers in decimal, decimals plain
  /// and without trailing zeros, booleans `true` and `false`; dates and times as the number that
  /// Avro holds.
  ///
  /// @param schema the value's schema; of a nullable one the other branch counts
  /// @throws IllegalArgumentException if the value is null or of a type without a canonical text
  public static String of(Schema schema, Object value) {
    return switch (schema.getType()) {
      case UNION -> of(OptionalSchema.bare(schema), value);
      case STRING ->
          schema.getLogicalType() instanceof LogicalTypes.Uuid
              ? value.toString().toLowerCase(Locale.ROOT)
              : value.toString();
      case ENUM, INT, LONG, BOOLEAN -> value.toString();
      case BYTES, FIXED -> {
        if (value instanceof BigDecimal decimal) {
          yield plain(decimal);
        }
        throw unsupported(schema);
      }
      case RECORD, ARRAY, MAP, FLOAT, DOUBLE, NULL -> throw unsupported(schema);
    };
  }

  /// Whether values of a schema have a canonical text.
  public static boolean supports(Schema schema) {
    Schema bare = OptionalSchema.bare(schema);
    return switch (bare.getType()) {
      case STRING, ENUM, INT, LONG, BOOLEAN -> true;
      case BYTES, FIXED -> bare.getLogicalType() instanceof LogicalTypes.Decimal;
      case UNION, RECORD, ARRAY, MAP, FLOAT, DOUBLE, NULL -> false;
    };
  }

  private static String plain(BigDecimal decimal) {
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }

  private static IllegalArgumentException unsupported(Schema schema) {
    return new IllegalArgumentException("no canonical text for values of " + schema);
  }
}
