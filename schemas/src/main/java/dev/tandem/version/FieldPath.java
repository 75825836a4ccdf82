package dev.tandem.version;

import dev.tandem.contract.OptionalSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// A field of a record, or of a record in it: `address.street`.
///
/// @param positions of the fields, from the outside in
/// @param schema of the value, without null
/// @param nullable whether it, or a record on the way, can be null
record FieldPath(List<Integer> positions, Schema schema, boolean nullable) {
  FieldPath {
    positions = List.copyOf(positions);
  }

  /// Empty where there is no such field.
  static Optional<FieldPath> of(Schema record, String path) {
    var positions = new ArrayList<Integer>();
    Schema schema = record;
    boolean nullable = false;
    for (String name : path.split("\\.", -1)) {
      Schema.Field field = schema.getType() == Schema.Type.RECORD ? schema.getField(name) : null;
      if (field == null) {
        return Optional.empty();
      }
      positions.add(field.pos());
      nullable |= OptionalSchema.isOptional(field.schema());
      schema = OptionalSchema.bare(field.schema());
    }
    return Optional.of(new FieldPath(positions, schema, nullable));
  }

  @Nullable Object get(IndexedRecord record) {
    Object value = record;
    for (int position : positions) {
      if (value == null) {
        return null;
      }
      value = ((IndexedRecord) value).get(position);
    }
    return value;
  }
}
