package dev.tandem.sweep;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads rows of `COPY … TO STDOUT (FORMAT binary)` into the carriers' values, equal to what the
/// stream gives for the same row.
///
/// Source of the form: PostgreSQL, "COPY", binary format, and each type's send function.
final class CopyRows {
  private static final int SIGNATURE = 11;
  private static final long EPOCH_MICROS = 946_684_800_000_000L;
  private static final int EPOCH_DAYS = 10_957;
  private final RowSchema schema;
  private final int keySize;
  private boolean headerRead;

  CopyRows(RowSchema schema, int keySize) {
    this.schema = schema;
    this.keySize = keySize;
  }

  /// Whether a message, which is not the first, is a row and not the copy's end.
  static boolean isRow(byte[] message) {
    return message.length > 0 && message[0] >= 0; // the number of columns, or -1
  }

  /// The row of one message of the copy, or null where it ends.
  @Nullable SweptRow read(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    if (!headerRead) {
      in.position(SIGNATURE + Integer.BYTES);
      in.position(in.position() + Integer.BYTES + in.getInt(in.position()));
      headerRead = true;
    }
    if (!in.hasRemaining() || in.getShort() < 0) {
      return null;
    }
    var key = new ArrayList<String>(keySize);
    for (int i = 0; i < keySize; i++) {
      key.add(text(in, in.getInt()));
    }
    var values = new @Nullable Object[schema.size()];
    List<RowSchema.Field> fields = schema.fields();
    for (int i = 0; i < values.length; i++) {
      int length = in.getInt();
      if (length >= 0) {
        int end = in.position() + length;
        RowSchema.Field field = fields.get(i);
        if (!field.array()) {
          values[i] = value(field.carrier(), in, length);
          requireAllRead(in, end, field);
        } else if (in.getInt(in.position()) <= 1) {
          values[i] = array(field.carrier(), in);
        } else {
          return new SweptRow.Unreadable(
              key, schema.table(), "column " + field.name() + ": array of several dimensions");
        }
        in.position(end);
      }
    }
    return new SweptRow.Whole(key, new Row(schema, values));
  }

  /// A value that is longer than its type is of a column that has another one by now: what was read
  /// of it means nothing.
  private void requireAllRead(ByteBuffer in, int end, RowSchema.Field field) {
    if (in.position() != end) {
      throw new IllegalStateException(
          "column "
              + field.name()
              + " of "
              + schema.table()
              + " has another type than when the sweep of its table began");
    }
  }

  private static List<@Nullable Object> array(Carrier carrier, ByteBuffer in) {
    int dimensions = in.getInt();
    in.position(in.position() + 2 * Integer.BYTES);
    int size = dimensions == 0 ? 0 : in.getInt();
    var elements = new ArrayList<@Nullable Object>(size);
    if (size > 0) {
      in.getInt(); // lower bound
    }
    for (int i = 0; i < size; i++) {
      int length = in.getInt();
      elements.add(length < 0 ? null : value(carrier, in, length));
    }
    return elements;
  }

  private static Object value(Carrier carrier, ByteBuffer in, int length) {
    return switch (carrier) {
      case BOOLEAN -> in.get() != 0;
      case INT -> length == Short.BYTES ? (int) in.getShort() : in.getInt();
      case LONG -> length == Integer.BYTES ? Integer.toUnsignedLong(in.getInt()) : in.getLong();
      case FLOAT -> in.getFloat();
      case DOUBLE -> in.getDouble();
      case NUMERIC -> NumericText.read(in);
      case TEXT -> text(in, length);
      case BYTES -> bytes(in, length);
      case DATE -> date(in.getInt());
      case TIMESTAMP, INSTANT -> timestamp(in.getLong());
      case TIME -> in.getLong();
      case UUID -> new java.util.UUID(in.getLong(), in.getLong()).toString();
      case JSON -> json(in, length);
    };
  }

  /// jsonb is its text after a version byte of 1; json is its text, which never begins so.
  private static String json(ByteBuffer in, int length) {
    boolean versioned = length > 0 && in.get(in.position()) == 1;
    if (versioned) {
      in.get();
    }
    return text(in, versioned ? length - 1 : length);
  }

  /// The least and the greatest value stand for the infinities; the greatest also for the last
  /// years of the calendar, whose microseconds since 1970 no 64 bits hold.
  private static int date(int days) {
    return days == Integer.MAX_VALUE || days == Integer.MIN_VALUE ? days : days + EPOCH_DAYS;
  }

  private static long timestamp(long micros) {
    return micros == Long.MIN_VALUE || micros > Long.MAX_VALUE - EPOCH_MICROS
        ? micros == Long.MIN_VALUE ? micros : Long.MAX_VALUE
        : micros + EPOCH_MICROS;
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer in, int length) {
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
