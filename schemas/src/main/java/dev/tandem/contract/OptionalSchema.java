package dev.tandem.contract;

import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// The rule of absent values: a contract field may be absent if its schema is a union of null and
/// one other branch, in either order.
public final class OptionalSchema {
  private OptionalSchema() {}

  /// The branch beside null of a union of two; any other schema as it is.
  public static Schema bare(Schema schema) {
    if (schema.getType() == Schema.Type.UNION && schema.getTypes().size() == 2) {
      if (schema.getTypes().get(0).getType() == Schema.Type.NULL) {
        return schema.getTypes().get(1);
      }
      if (schema.getTypes().get(1).getType() == Schema.Type.NULL) {
        return schema.getTypes().get(0);
      }
    }
    return schema;
  }

  /// Whether null is a value of a union of null and one other branch.
  public static boolean isOptional(Schema schema) {
    return !bare(schema).equals(schema);
  }

  /// How messages name a schema: `string`, `long timestamp-micros`, `bytes decimal(12, 2)`, `array
  /// of record Address`; with `or null` where null is a value of it.
  public static String describe(Schema schema) {
    if (isOptional(schema)) {
      return describe(bare(schema)) + " or null";
    }
    return switch (schema.getType()) {
      case RECORD, ENUM -> schema.getType().getName() + " " + schema.getName();
      case ARRAY -> "array of " + describe(schema.getElementType());
      case MAP -> "map of " + describe(schema.getValueType());
      default -> schema.getType().getName() + logical(schema);
    };
  }

  private static String logical(Schema schema) {
    return switch (schema.getLogicalType()) {
      case null -> "";
      case LogicalTypes.Decimal decimal ->
          " decimal(" + decimal.getPrecision() + ", " + decimal.getScale() + ")";
      default -> " " + schema.getLogicalType().getName();
    };
  }
}
