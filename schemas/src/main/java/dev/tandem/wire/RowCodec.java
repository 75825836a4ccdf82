package dev.tandem.wire;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A row in Avro binary: per column a union index and the value; unknown values apart, as a list of
/// indexes before it.
final class RowCodec {
  private RowCodec() {}

  /// The unknown columns as an Avro array, then the row as the second branch of a union with null.
  static void write(BinaryOutput out, @Nullable Row row) {
    if (row == null) {
      out.writeLong(0);
      out.writeLong(0);
      return;
    }
    writeUnknown(out, row.values());
    out.writeLong(1);
    List<RowSchema.Field> fields = row.schema().fields();
    @Nullable Object[] values = row.values();
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value == null || value == Row.UNKNOWN) {
        out.writeLong(0);
        continue;
      }
      out.writeLong(1);
      RowSchema.Field field = fields.get(i);
      if (field.array()) {
        writeArray(out, field.carrier(), (List<?>) value);
      } else {
        writeValue(out, field.carrier(), value);
      }
    }
  }

  private static void writeUnknown(BinaryOutput out, @Nullable Object[] values) {
    int unknown = 0;
    for (Object value : values) {
      unknown += value == Row.UNKNOWN ? 1 : 0;
    }
    if (unknown > 0) {
      out.writeLong(unknown);
      for (int i = 0; i < values.length; i++) {
        if (values[i] == Row.UNKNOWN) {
          out.writeLong(i);
        }
      }
    }
    out.writeLong(0);
  }

  private static void writeArray(BinaryOutput out, Carrier carrier, List<?> items) {
    if (!items.isEmpty()) {
      out.writeLong(items.size());
      for (Object item : items) {
        out.writeLong(item == null ? 0 : 1);
        if (item != null) {
          writeValue(out, carrier, item);
        }
      }
    }
    out.writeLong(0);
  }

  private static void writeValue(BinaryOutput out, Carrier carrier, Object value) {
    switch (carrier) {
      case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
      case INT, DATE -> out.writeLong((Integer) value);
      case LONG, TIMESTAMP, INSTANT, TIME -> out.writeLong((Long) value);
      case FLOAT -> out.writeFixed(Float.floatToRawIntBits((Float) value), 4);
      case DOUBLE -> out.writeFixed(Double.doubleToRawLongBits((Double) value), 8);
      case NUMERIC, TEXT, UUID, JSON -> out.writeString((String) value);
      case BYTES -> out.writeBytes((byte[]) value);
    }
  }

  /// @throws UndecodableException if the bytes are not a row of this schema
  static @Nullable Row read(BinaryInput in, RowSchema schema) {
    int[] unknown = new int[0];
    for (int count = in.readBlock(); count > 0; count = in.readBlock()) {
      int from = unknown.length;
      unknown = java.util.Arrays.copyOf(unknown, from + count);
      for (int i = 0; i < count; i++) {
        unknown[from + i] = in.readIndex(schema.size());
      }
    }
    if (in.readIndex(2) == 0) {
      return null;
    }
    List<RowSchema.Field> fields = schema.fields();
    @Nullable Object[] values = new @Nullable Object[schema.size()];
    for (int i = 0; i < values.length; i++) {
      if (in.readIndex(2) == 1) {
        RowSchema.Field field = fields.get(i);
        values[i] = field.array() ? readArray(in, field.carrier()) : readValue(in, field.carrier());
      }
    }
    for (int index : unknown) {
      values[index] = Row.UNKNOWN;
    }
    return new Row(schema, values);
  }

  private static List<@Nullable Object> readArray(BinaryInput in, Carrier carrier) {
    var items = new ArrayList<@Nullable Object>();
    for (int count = in.readBlock(); count > 0; count = in.readBlock()) {
      for (int i = 0; i < count; i++) {
        items.add(in.readIndex(2) == 0 ? null : readValue(in, carrier));
      }
    }
    return items;
  }

  private static Object readValue(BinaryInput in, Carrier carrier) {
    return switch (carrier) {
      case BOOLEAN -> in.readBoolean();
      case INT, DATE -> in.readInt();
      case LONG, TIMESTAMP, INSTANT, TIME -> in.readLong();
      case FLOAT -> Float.intBitsToFloat((int) in.readFixed(4));
      case DOUBLE -> Double.longBitsToDouble(in.readFixed(8));
      case NUMERIC, TEXT, UUID, JSON -> in.readString();
      case BYTES -> in.readBytes();
    };
  }
}
