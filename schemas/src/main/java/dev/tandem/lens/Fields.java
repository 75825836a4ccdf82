package dev.tandem.lens;

import dev.tandem.plan.MappingException;
import dev.tandem.plan.Restored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Makes one record: every field of its schema by a lens, put at its position.
record Fields(Schema schema, List<Field> fields) {
  /// A field, its position in the schema, and the lens that makes it.
  ///
  /// What a row would otherwise ask of its lens each time is asked here once: most lenses read one
  /// column, and most of these copy it.
  static final class Field {
    private final String name;
    private final int position;
    private final Lens lens;

    /// Null where the lens does not read just one column.
    private final @Nullable Input column;

    /// What becomes of its value; null where it stays the value that it is.
    private final @Nullable UnaryOperator<@Nullable Object> conversion;

    Field(String name, int position, Lens lens) {
      this.name = name;
      this.position = position;
      this.lens = lens;
      column = lens instanceof OneColumn one ? one.input() : null;
      conversion =
          switch (lens) {
            case Copy copy when copy.conversion().isSame() -> null;
            case Copy copy -> copy.conversion().to();
            case OneColumn one -> one::convert;
            case Lens _ -> null;
          };
    }

    String name() {
      return name;
    }

    int position() {
      return position;
    }

    Lens lens() {
      return lens;
    }

    /// As the lens does.
    @Nullable Object get(Cells cells) {
      if (column == null) {
        return lens.get(cells);
      }
      Object value = cells.value(column);
      return value == null || conversion == null ? value : conversion.apply(value);
    }
  }

  Fields {
    fields = List.copyOf(fields);
  }

  /// @throws Refused naming the field
  GenericData.Record get(Cells cells) {
    var record = new GenericData.Record(schema);
    for (Field field : fields) {
      try {
        record.put(field.position, field.get(cells));
      } catch (Refused refused) {
        throw refused.in(field.name);
      }
    }
    return record;
  }

  List<Input> inputs() {
    return fields.stream().flatMap(field -> field.lens().inputs().stream()).toList();
  }

  /// The fields that are plain, unchanged copies, with their columns, in the order of the schema.
  Map<String, String> copies() {
    var copies = new LinkedHashMap<String, String>();
    for (Field field : fields) {
      if (field.lens() instanceof Copy copy && copy.conversion().isSame()) {
        copies.put(field.name(), copy.input().column());
      }
    }
    return Collections.unmodifiableMap(copies);
  }

  /// The columns that the fields of a record are made from, as far as the lenses lead back.
  ///
  /// @throws MappingException if two fields say different values of one column, or one says what
  ///     its lens never gives
  Restored restore(GenericRecord record) {
    var columns = new LinkedHashMap<String, @Nullable Object>();
    for (Field field : fields) {
      if (field.lens().inverse() instanceof Inverse.Exact(Inverse.Put put)) {
        var inputs = field.lens().inputs();
        @Nullable Object[] values;
        try {
          values = put.columns(record.get(field.position()));
        } catch (Refused refused) {
          throw refused.in(field.name()).asMappingException();
        }
        for (int i = 0; i < inputs.size(); i++) {
          restore(columns, field.name(), inputs.get(i).column(), values[i]);
        }
      }
    }
    return new Restored(columns, losses());
  }

  private static void restore(
      Map<String, @Nullable Object> columns, String field, String column, @Nullable Object value) {
    if (columns.containsKey(column) && !Objects.deepEquals(columns.get(column), value)) {
      throw new MappingException(
          field, "says another value of column " + column + " than a field before it");
    }
    columns.put(column, value);
  }

  /// What is lost, by field, in the order of the schema.
  List<Loss> losses() {
    var losses = new ArrayList<Loss>();
    for (Field field : fields) {
      switch (field.lens()) {
        case Nested nested ->
            nested
                .fields()
                .losses()
                .forEach(
                    loss -> losses.add(new Loss(field.name() + "." + loss.field(), loss.what())));
        case Lens lens when lens.inverse() instanceof Inverse.Lossy(String what) ->
            losses.add(new Loss(field.name(), what));
        case Lens _ -> {}
      }
    }
    return losses;
  }
}
