package dev.tandem.image;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A row as it is kept in the state: the number of its schema, then per column a tag and the value.
/// Not thread-safe.
public final class RowBytes {
  private static final int NULL = 0;
  private static final int VALUE = 1;
  private static final int UNKNOWN = 2;
  private final RowSchemas schemas;
  private final ByteSink out = new ByteSink();

  RowBytes(RowSchemas schemas) {
    this.schemas = schemas;
  }

  public byte[] encode(Row row) {
    out.clear();
    out.putVarint(schemas.id(row.schema()));
    List<RowSchema.Field> fields = row.schema().fields();
    @Nullable Object[] values = row.values();
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value == null || value == Row.UNKNOWN) {
        out.put(value == null ? NULL : UNKNOWN);
        continue;
      }
      out.put(VALUE);
      RowSchema.Field field = fields.get(i);
      if (field.array()) {
        encodeArray(field.carrier(), (List<?>) value);
      } else {
        encode(field.carrier(), value);
      }
    }
    return out.toByteArray();
  }

  private void encodeArray(Carrier carrier, List<?> items) {
    out.putVarint(items.size());
    for (Object item : items) {
      out.put(item == null ? NULL : VALUE);
      if (item != null) {
        encode(carrier, item);
      }
    }
  }

  private void encode(Carrier carrier, Object value) {
    switch (carrier) {
      case BOOLEAN -> out.put((Boolean) value ? 1 : 0);
      case INT, DATE, LONG, TIMESTAMP, INSTANT, TIME -> out.putVarint(((Number) value).longValue());
      case FLOAT -> out.putLong(Float.floatToRawIntBits((Float) value));
      case DOUBLE -> out.putLong(Double.doubleToRawLongBits((Double) value));
      case NUMERIC, TEXT, UUID, JSON -> out.putText((String) value);
      case BYTES -> out.putBlob((byte[]) value);
    }
  }

  public Row decode(byte[] bytes) {
    var in = new ByteSource(bytes);
    RowSchema schema = schemas.schema(in.takeInt());
    List<RowSchema.Field> fields = schema.fields();
    @Nullable Object[] values = new @Nullable Object[fields.size()];
    for (int i = 0; i < values.length; i++) {
      int tag = in.take();
      if (tag == UNKNOWN) {
        values[i] = Row.UNKNOWN;
      } else if (tag == VALUE) {
        RowSchema.Field field = fields.get(i);
        values[i] = field.array() ? decodeArray(in, field.carrier()) : decode(in, field.carrier());
      }
    }
    return new Row(schema, values);
  }

  private static List<@Nullable Object> decodeArray(ByteSource in, Carrier carrier) {
    int size = in.takeInt();
    var items = new ArrayList<@Nullable Object>(size);
    for (int i = 0; i < size; i++) {
      items.add(in.take() == NULL ? null : decode(in, carrier));
    }
    return items;
  }

  private static Object decode(ByteSource in, Carrier carrier) {
    return switch (carrier) {
      case BOOLEAN -> in.take() == 1;
      case INT, DATE -> in.takeInt();
      case LONG, TIMESTAMP, INSTANT, TIME -> in.takeVarint();
      case FLOAT -> Float.intBitsToFloat((int) in.takeLong());
      case DOUBLE -> Double.longBitsToDouble(in.takeLong());
      case NUMERIC, TEXT, UUID, JSON -> in.takeText();
      case BYTES -> in.takeBlob();
    };
  }
}
