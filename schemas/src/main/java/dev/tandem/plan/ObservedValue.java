package dev.tandem.plan;

import dev.tandem.contract.CanonicalText;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.table.Padding;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/// What a target column says of a contract field: the inverse of writing the field into the column,
/// so that both sides name an entity, and find its partition, by the same text.
///
/// The rule: a value that apply wrote comes back as it was, whatever form the column gave it (a
/// padded `char(n)`, a numeric with more decimals, microseconds for milliseconds). A value that the
/// field cannot have, which only somebody else can have written, is refused and never bent into one
/// that it can.
///
/// @param schema of the field
/// @param postgres the column's type as `format_type` prints it
public record ObservedValue(Schema schema, String postgres) {
  /// The contract value, in the form of [ContractData].
  ///
  /// @param carried the column's value in its carrier's class, or null
  /// @throws IllegalArgumentException without the value, if the field cannot have it
  public @Nullable Object contract(@Nullable Object carried) {
    return carried == null ? null : present(OptionalSchema.bare(schema), carried);
  }

  /// The canonical text of a value that is to name something.
  ///
  /// @throws IllegalArgumentException without the value, if it is null or the field cannot have it
  public String canonical(@Nullable Object carried) {
    Object value = contract(carried);
    if (value == null) {
      throw new IllegalArgumentException("expected a value, found null");
    }
    return CanonicalText.of(schema, value);
  }

  private Object present(Schema type, Object carried) {
    LogicalType logical = type.getLogicalType();
    try {
      return switch (type.getType()) {
        case STRING -> text(carried);
        case ENUM -> symbol(type, text(carried));
        case BOOLEAN -> (Boolean) carried;
        case INT -> Math.toIntExact(whole(logical, carried));
        case LONG -> whole(logical, carried);
        case FLOAT -> single(((Number) carried).doubleValue());
        case DOUBLE -> ((Number) carried).doubleValue();
        case BYTES, FIXED ->
            logical instanceof LogicalTypes.Decimal decimal
                ? number(carried).setScale(decimal.getScale())
                : bytes(type, (byte[]) carried);
        case ARRAY -> array(type.getElementType(), (List<?>) carried);
        case RECORD, MAP, UNION, NULL -> throw new ClassCastException();
      };
    } catch (ClassCastException | ArithmeticException | NumberFormatException unfit) {
      throw new IllegalArgumentException(
          "expected a value that is a " + OptionalSchema.describe(type) + ", found another", null);
    }
  }

  /// `char(n)` gives a text back padded with spaces.
  private String text(Object carried) {
    var text = (String) carried;
    return Padding.isOf(postgres) ? Padding.cut(text) : text;
  }

  private static Object symbol(Schema type, String text) {
    if (!type.hasEnumSymbol(text)) {
      throw new ClassCastException();
    }
    return new GenericData.EnumSymbol(type, text);
  }

  private static long whole(@Nullable LogicalType logical, Object carried) {
    long value = number(carried).longValueExact();
    boolean isMillis = logical != null && logical.getName().endsWith("-millis");
    if (!isMillis) {
      return value;
    }
    if (value % 1000 != 0) {
      throw new ArithmeticException();
    }
    return value / 1000;
  }

  private static BigDecimal number(Object carried) {
    return switch (carried) {
      case Integer number -> BigDecimal.valueOf(number);
      case Long number -> BigDecimal.valueOf(number);
      case Double number -> new BigDecimal(number);
      case String text -> new BigDecimal(text);
      default -> throw new ClassCastException();
    };
  }

  private static float single(double value) {
    float single = (float) value;
    // Apply writes a single as its shortest text, which a double reads as another number.
    if (Double.compare(Double.parseDouble(Float.toString(single)), value) != 0
        && Double.compare(single, value) != 0) {
      throw new ArithmeticException();
    }
    return single;
  }

  private static Object bytes(Schema type, byte[] carried) {
    if (type.getType() == Schema.Type.BYTES) {
      return ByteBuffer.wrap(carried);
    }
    if (carried.length != type.getFixedSize()) {
      throw new ClassCastException();
    }
    return new GenericData.Fixed(type, carried);
  }

  private List<@Nullable Object> array(Schema element, List<?> carried) {
    var observed = new ObservedValue(element, postgres.replaceFirst("\\[\\]$", ""));
    var values = new ArrayList<@Nullable Object>(carried.size());
    carried.forEach(each -> values.add(observed.contract(each)));
    return values;
  }
}
