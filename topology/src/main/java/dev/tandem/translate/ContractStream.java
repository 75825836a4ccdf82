package dev.tandem.translate;

import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The records of one contract partition: numbered without gaps, each with the outbox end of its
/// transaction, the last of a transaction marked (DESIGN invariant 4, C3). The newest record is
/// held back until it is known whether it is the last. Each is followed by what other versions make
/// of
/// it, with the same position; they see no progress markers. Not thread-safe.
final class ContractStream {
  private final TranslateOutput output;
  private final ContractCodec codec;
  private final VersionFill versions;
  private final Progress progress;
  private Stamp stamp = new Stamp(-1, 0, 0, 0);
  private @Nullable Held held;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Held(
      Kind kind, byte[] key, byte @Nullable [] value, Map<Integer, byte[]> versions) {}

  /// The transaction that records come from; see [ContractPosition].
  record Stamp(long outboxEnd, int epoch, long xid, long committedAt) {}

  ContractStream(
      TranslateOutput output, ContractCodec codec, VersionFill versions, Progress progress) {
    this.output = output;
    this.codec = codec;
    this.versions = versions;
    this.progress = progress;
  }

  void begin(Stamp now) {
    stamp = now;
  }

  /// @param versions the same as other versions have it
  void upsert(byte[] key, byte[] value, SortedMap<Integer, byte[]> versions) {
    hold(new Held(Kind.UPSERT, key, value, versions));
  }

  void delete(byte[] key) {
    hold(new Held(Kind.DELETE, key, null, Map.of()));
  }

  /// Writes to a version's topic alone what the contract topic has had before.
  ///
  /// @param value null for a deletion
  /// @param more whether more follows
  void fill(int version, byte[] key, byte @Nullable [] value, boolean more) {
    Kind kind = value == null ? Kind.DELETE : Kind.UPSERT;
    var position = position(kind, ContractPosition.FILL, false);
    output.version(version, key, value, more ? position.inFilling() : position);
  }

  /// Ends the transaction: once its last record is applied, so is the outbox up to its end.
  void end() {
    if (held != null) {
      write(held, true);
      held = null;
    }
  }

  /// Lets the newest record go without a mark: more of the same follows.
  void pause() {
    if (held != null) {
      write(held, false);
      held = null;
    }
  }

  /// Says that everything up to the outbox end is translated, though nothing came of it.
  void mark(Stamp now) {
    stamp = now;
    var marker = codec.progress(now.outboxEnd);
    write(new Held(Kind.PROGRESS, codec.progress(0), marker, Map.of()), true);
  }

  private void hold(Held next) {
    pause();
    held = next;
  }

  private void write(Held record, boolean last) {
    var position = position(record.kind, progress.sequence++, last);
    if (last) {
      progress.forwarded = Math.max(progress.forwarded, stamp.outboxEnd);
    }
    output.contract(record.key, record.value, position);
    if (record.kind == Kind.DELETE) {
      versions
          .deleting(record.key)
          .forEach(version -> version(version, record.key, null, position));
    }
    record.versions.forEach((version, value) -> version(version, record.key, value, position));
  }

  private void version(
      int version, byte[] key, byte @Nullable [] value, ContractPosition position) {
    output.version(
        version, key, value, versions.isFilling(version) ? position.inFilling() : position);
  }

  private ContractPosition position(Kind kind, long sequence, boolean last) {
    return new ContractPosition(
        kind, sequence, stamp.outboxEnd, last, stamp.epoch, stamp.xid, stamp.committedAt);
  }
}
