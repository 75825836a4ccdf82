package dev.tandem.image;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import org.jspecify.annotations.Nullable;

/// What is kept of one row: where it came from, and the row, or the memory that it was deleted.
///
/// @param forwarded of a root: what was last forwarded of its aggregate; null if nothing is there
///     downstream
/// @param row encoded by [RowBytes]; null for the memory of a deletion
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Kept(Provenance provenance, @Nullable Forwarded forwarded, byte @Nullable [] row) {
  /// @param key the contract key
  public record Forwarded(byte[] key, Digest digest) {}

  private static final int SWEPT = 1;
  private static final int FORWARDED = 2;
  private static final int ROW = 4;

  public Kept forwarding(@Nullable Forwarded now) {
    return new Kept(provenance, now, row);
  }

  public boolean isDeleted() {
    return row == null;
  }

  byte[] encode(ByteSink out) {
    out.clear();
    out.put(
        (provenance instanceof Provenance.BySweep ? SWEPT : 0)
            | (forwarded == null ? 0 : FORWARDED)
            | (row == null ? 0 : ROW));
    out.putVarint(provenance.epoch());
    switch (provenance) {
      case Provenance.ByChange(_, var xid) -> out.putVarint(xid);
      case Provenance.BySweep(_, var snapshot) -> encode(out, snapshot);
    }
    if (forwarded != null) {
      out.putBlob(forwarded.key);
      out.putLong(forwarded.digest.high());
      out.putLong(forwarded.digest.low());
    }
    if (row != null) {
      out.putRaw(row);
    }
    return out.toByteArray();
  }

  private static void encode(ByteSink out, Snapshot snapshot) {
    out.putVarint(snapshot.xmin());
    out.putVarint(snapshot.xmax() - snapshot.xmin());
    out.putVarint(snapshot.running().length);
    for (long xid : snapshot.running()) {
      out.putVarint(xid - snapshot.xmin());
    }
  }

  static Kept decode(byte[] bytes) {
    var in = new ByteSource(bytes);
    int flags = in.take();
    int epoch = in.takeInt();
    Provenance provenance =
        (flags & SWEPT) == 0
            ? new Provenance.ByChange(epoch, in.takeVarint())
            : new Provenance.BySweep(epoch, snapshot(in));
    Forwarded forwarded =
        (flags & FORWARDED) == 0
            ? null
            : new Forwarded(in.takeBlob(), new Digest(in.takeLong(), in.takeLong()));
    return new Kept(provenance, forwarded, (flags & ROW) == 0 ? null : in.takeRest());
  }

  private static Snapshot snapshot(ByteSource in) {
    long xmin = in.takeVarint();
    long xmax = xmin + in.takeVarint();
    long[] running = new long[in.takeInt()];
    for (int i = 0; i < running.length; i++) {
      running[i] = xmin + in.takeVarint();
    }
    return new Snapshot(xmin, xmax, running);
  }
}
