package dev.tandem.sweep;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads rows of `COPY … TO STDOUT (FORMAT binary)` into the carriers' values, equal to what the
/// stream gives for the same row.
///
/// Source of the form: PostgreSQL, "COPY", binary format.
final class CopyRows {
  private static final int SIGNATURE = 11;
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
      key.add(BinaryValues.text(in, in.getInt()));
    }
    var values = new @Nullable Object[schema.size()];
    List<RowSchema.Field> fields = schema.fields();
    for (int i = 0; i < values.length; i++) {
      int length = in.getInt();
      if (length >= 0) {
        int end = in.position() + length;
        RowSchema.Field field = fields.get(i);
        if (!field.array() || in.getInt(in.position()) <= 1) {
          values[i] = BinaryValues.read(field, in, length);
          if (!field.array()) {
            requireAllRead(in, end, field);
          }
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
}
