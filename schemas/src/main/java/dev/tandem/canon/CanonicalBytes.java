package dev.tandem.canon;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.image.ByteSink;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.jspecify.annotations.Nullable;

/// The canonical bytes of a contract value: equal for equal values, whatever their scale, case of
/// writing (of a uuid) or class, and different for different ones of one schema.
final class CanonicalBytes {
  private CanonicalBytes() {}

  /// @param value in the form of [dev.tandem.plan.ContractData]
  static void append(ByteSink out, Schema schema, Object value) {
    Schema type = OptionalSchema.bare(schema);
    switch (type.getType()) {
      case STRING -> out.putRaw(text(type, value).getBytes(StandardCharsets.UTF_8));
      case ENUM -> out.putRaw(value.toString().getBytes(StandardCharsets.UTF_8));
      case BOOLEAN -> out.put((Boolean) value ? 1 : 0);
      case INT, LONG -> out.putVarint(((Number) value).longValue());
      case FLOAT -> out.putVarint(Float.floatToIntBits((Float) value));
      case DOUBLE -> out.putLong(Double.doubleToLongBits((Double) value));
      case BYTES, FIXED -> bytes(out, value);
      case ARRAY -> array(out, type.getElementType(), (Collection<?>) value);
      case RECORD, MAP, UNION, NULL ->
          throw new IllegalArgumentException(
              "no canonical bytes of " + OptionalSchema.describe(type));
    }
  }

  private static String text(Schema type, Object value) {
    return type.getLogicalType() instanceof LogicalTypes.Uuid
        ? value.toString().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  private static void bytes(ByteSink out, Object value) {
    switch (value) {
      case BigDecimal decimal -> out.putRaw(plain(decimal).getBytes(StandardCharsets.UTF_8));
      case GenericFixed fixed -> out.putRaw(fixed.bytes());
      default -> {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        out.putRaw(bytes);
      }
    }
  }

  static String plain(BigDecimal decimal) {
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }

  private static void array(ByteSink out, Schema element, Collection<?> values) {
    out.putVarint(values.size());
    var each = new ByteSink();
    for (@Nullable Object value : values) {
      out.put(value == null ? 0 : 1);
      if (value != null) {
        each.clear();
        append(each, element, value);
        out.putBlob(each.toByteArray());
      }
    }
  }
}
