package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.wire.OutboxRecord;
import org.jspecify.annotations.Nullable;

/// One change as the log tells it.
///
/// @param xid 64-bit transaction id
/// @param committedAt microseconds since 1970-01-01T00:00Z
/// @param schema of its rows
/// @param defect why its rows could not be read, in which case it has none; null if they could
record CapturedChange(
    OutboxRecord.Op op,
    long xid,
    Lsn lsn,
    long committedAt,
    RowSchema schema,
    @Nullable Row before,
    @Nullable Row after,
    @Nullable String defect) {

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
}
