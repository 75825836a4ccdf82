package dev.tandem.contract;

import org.apache.avro.Schema;

/// The rule of absent values: a field may be absent if its schema is a union of null and one other
/// branch, in either order.
public final class Nullable {
  private Nullable() {}

  /// Whether null is a value of the schema.
  public static boolean is(Schema schema) {
    return schema.isNullable();
  }

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
}
