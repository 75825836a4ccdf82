package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.wire.OutboxRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One change as the log tells it.
///
/// @param xid 64-bit transaction id
/// @param committedAt microseconds since 1970-01-01T00:00Z
/// @param schema of its rows
/// @param defect why its rows could not be read, in which case it has none; null if they could
/// @param records of the log that it was read from: two of an update of a primary key
record CapturedChange(
    OutboxRecord.Op op,
    long xid,
    Lsn lsn,
    long committedAt,
    RowSchema schema,
    @Nullable Row before,
    @Nullable Row after,
    @Nullable String defect,
    int records) {

  /// One that is one record.
  CapturedChange(
      OutboxRecord.Op op,
      long xid,
      Lsn lsn,
      long committedAt,
      RowSchema schema,
      @Nullable Row before,
      @Nullable Row after,
      @Nullable String defect) {
    this(op, xid, lsn, committedAt, schema, before, after, defect, 1);
  }

  /// One whose rows could be read.
  CapturedChange(
      OutboxRecord.Op op,
      long xid,
      Lsn lsn,
      long committedAt,
      RowSchema schema,
      @Nullable Row before,
      @Nullable Row after) {
    this(op, xid, lsn, committedAt, schema, before, after, null);
  }

  /// The update of which this is the creation of the new key.
  CapturedChange asUpdate(Row before, Row after) {
    return new CapturedChange(
        OutboxRecord.Op.UPDATE, xid, lsn, committedAt, schema, before, after, null, 2);
  }

  /// This change with its large values unknown.
  ///
  /// @param most characters or bytes that a value keeps
  CapturedChange without(int most) {
    return new CapturedChange(
        op,
        xid,
        lsn,
        committedAt,
        schema,
        without(before, most),
        without(after, most),
        defect,
        records);
  }

  private static @Nullable Row without(@Nullable Row row, int most) {
    if (row == null) {
      return null;
    }
    @Nullable Object[] values = row.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (size(values[i]) > most) {
        values[i] = Row.UNKNOWN;
      }
    }
    return new Row(row.schema(), values);
  }

  private static int size(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length();
      case byte[] bytes -> bytes.length;
      case List<?> array -> array.stream().mapToInt(each -> size(each) + Long.BYTES).sum();
      case null, default -> 0;
    };
  }
}
