package dev.tandem.apply;

import dev.tandem.wire.ContractPosition;
import org.jspecify.annotations.Nullable;

/// One record of a contract topic, its position read, its key and value still bytes.
///
/// @param position null where the record does not say it: it was not written by Tandem
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
record Incoming(
    long offset,
    @Nullable ContractPosition position,
    byte @Nullable [] key,
    byte @Nullable [] value) {

  /// Bytes held by the record, roughly.
  int size() {
    return 64 + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  /// The outbox offset up to which the transaction reaches that it is of; none where it does not
  /// say.
  long reach() {
    return position == null ? Mark.NONE : position.outboxEnd();
  }

  /// Whether a legacy transaction ends here, so that the watermark may stand here.
  boolean isEnd() {
    return position != null
        && (position.last() || position.kind() == ContractPosition.Kind.PROGRESS);
  }
}
