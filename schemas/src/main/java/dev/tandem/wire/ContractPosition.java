package dev.tandem.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;

/// What every record of a contract topic says of its place, in one header, so that the value is the
/// contract alone.
///
/// The header is 39 bytes, big-endian: version (1 byte, 1), kind (1), sequence (8), outbox end (8),
/// flags (1; bit 0: last, bit 1: filling), epoch (4), xid (8), committed at (8).
///
/// @param sequence numbers the records of a partition without gaps, from 0. In the topic of another
///     version it is that of the record that it goes with, or [#FILL]
/// @param outboxEnd offset of the last outbox record of the transaction that this record comes from
/// @param last whether it is the last contract record of that transaction; once it is applied, the
///     watermark is `outboxEnd`
/// @param xid legacy transaction, 0 where it was a sweep or a repair
/// @param committedAt legacy commit time (for a swept row the time it was read), microseconds since
///     1970-01-01T00:00Z
/// @param filling in the topic of another version: whether more of what was forwarded before that
///     version was switched on follows, in no order with what changes meanwhile
public record ContractPosition(
    Kind kind,
    long sequence,
    long outboxEnd,
    boolean last,
    int epoch,
    long xid,
    long committedAt,
    boolean filling) {
  private static final int LAST = 1;
  private static final int FILLING = 2;

  public static final String HEADER = "tandem.position";

  /// Sequence of a record that a version's topic is filled with: it goes with none that is written.
  public static final long FILL = -1;

  private static final byte VERSION = 1;
  private static final int SIZE = 1 + 1 + 8 + 8 + 1 + 4 + 8 + 8;

  /// In a topic that is not being filled.
  public ContractPosition(
      Kind kind,
      long sequence,
      long outboxEnd,
      boolean last,
      int epoch,
      long xid,
      long committedAt) {
    this(kind, sequence, outboxEnd, last, epoch, xid, committedAt, false);
  }

  /// The same in a topic that is being filled.
  public ContractPosition inFilling() {
    return new ContractPosition(kind, sequence, outboxEnd, last, epoch, xid, committedAt, true);
  }

  public enum Kind {
    /// The value is the entity.
    UPSERT(0),
    /// The value is null: the entity is gone.
    DELETE(1),
    /// Nothing to apply: everything up to `outboxEnd` is translated. Key and value are a
    /// `dev.tandem.Progress` record.
    PROGRESS(2);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    static Kind of(byte code) {
      return switch (code) {
        case 0 -> UPSERT;
        case 1 -> DELETE;
        case 2 -> PROGRESS;
        default -> throw new UndecodableException("header " + HEADER + " with kind " + code);
      };
    }
  }

  public byte[] encode() {
    return ByteBuffer.allocate(SIZE)
        .put(VERSION)
        .put(kind.code)
        .putLong(sequence)
        .putLong(outboxEnd)
        .put((byte) ((last ? LAST : 0) | (filling ? FILLING : 0)))
        .putInt(epoch)
        .putLong(xid)
        .putLong(committedAt)
        .array();
  }

  /// @throws UndecodableException if the header is missing or not of this form
  public static ContractPosition of(Headers headers) {
    var header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null) {
      throw new UndecodableException(
          "contract record without header " + HEADER + ": not written by Tandem");
    }
    ByteBuffer buffer = ByteBuffer.wrap(header.value());
    if (buffer.remaining() != SIZE || buffer.get() != VERSION) {
      throw new UndecodableException(
          "header " + HEADER + " of " + header.value().length + " bytes, expected " + SIZE);
    }
    Kind kind = Kind.of(buffer.get());
    long sequence = buffer.getLong();
    long outboxEnd = buffer.getLong();
    int flags = buffer.get();
    return new ContractPosition(
        kind,
        sequence,
        outboxEnd,
        (flags & LAST) != 0,
        buffer.getInt(),
        buffer.getLong(),
        buffer.getLong(),
        (flags & FILLING) != 0);
  }
}
