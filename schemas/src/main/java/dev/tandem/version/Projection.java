package dev.tandem.version;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/// A record of one schema made from a record of another: one lens for each field, in its order.
/// Immutable.
record Projection(Schema target, List<Field> fields) {
  /// @param expression what the lens was compiled from, with what was implied made explicit
  record Field(String name, Expression expression, RecordLens lens) {}

  Projection {
    fields = List.copyOf(fields);
    if (fields.size() != target.getFields().size()) {
      throw new IllegalArgumentException(fields.size() + " lenses for " + target.getFullName());
    }
  }

  /// @throws Unfit naming the field
  GenericRecord of(IndexedRecord source) {
    var made = new GenericData.Record(target);
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      try {
        made.put(i, field.lens.get(source));
      } catch (Unfit e) {
        throw e.in(field.name);
      }
    }
    return made;
  }

  SequencedMap<String, Expression> expressions() {
    var all = new LinkedHashMap<String, Expression>();
    fields.forEach(field -> all.put(field.name, field.expression));
    return all;
  }
}
