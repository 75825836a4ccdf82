package dev.tandem.image;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import org.jspecify.annotations.Nullable;

/// What is kept of one row: where it came from, and the row, or the memory that it was deleted.
///
/// @param forwarded of a root: what was last forwarded of its aggregate; null if nothing is there
///     downstream
/// @param row encoded by [RowBytes]; null for the memory of a deletion
/// @param standing whose row it is
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Kept(
    Provenance provenance,
    @Nullable Forwarded forwarded,
    byte @Nullable [] row,
    Standing standing) {
  /// @param key the contract key
  public record Forwarded(byte[] key, Digest digest) {}

  /// Whose row it is, and whether it can be had whole. A root that was moved between partitions
  /// under one contract key is refused in both (C8), so that the partition which wrote it is the
  /// only one that ever has, until it comes back or a sweep shows where it stands.
  public enum Standing {
    /// This partition's.
    OWN,
    /// It has left for another partition. What is kept is the row of before, which this partition
    /// wrote.
    LEFT,
    /// It has come from another partition. What is kept follows the changes, and is not forwarded.
    ENTERED,
    /// This partition's, but it has come to its place without values that nothing was kept of
    /// there: only a sweep or another update brings them.
    INCOMPLETE
  }

  private static final int SWEPT = 1;
  private static final int FORWARDED = 2;
  private static final int ROW = 4;
  private static final int LEFT = 8;
  private static final int ENTERED = 16;
  private static final int INCOMPLETE = LEFT | ENTERED;

  /// A row, or the memory of one, of this partition.
  public Kept(Provenance provenance, @Nullable Forwarded forwarded, byte @Nullable [] row) {
    this(provenance, forwarded, row, Standing.OWN);
  }

  public Kept forwarding(@Nullable Forwarded now) {
    return new Kept(provenance, now, row, standing);
  }

  Kept standing(Standing now) {
    return new Kept(provenance, forwarded, row, now);
  }

  /// Whether nothing may be forwarded of its aggregate, and what was forwarded stays.
  public boolean isRefused() {
    return standing == Standing.LEFT || standing == Standing.ENTERED;
  }

  public boolean isDeleted() {
    return row == null;
  }

  byte[] encode(ByteSink out) {
    out.clear();
    out.put(
        (provenance instanceof Provenance.BySweep ? SWEPT : 0)
            | (forwarded == null ? 0 : FORWARDED)
            | (row == null ? 0 : ROW)
            | switch (standing) {
              case OWN -> 0;
              case LEFT -> LEFT;
              case ENTERED -> ENTERED;
              case INCOMPLETE -> INCOMPLETE;
            });
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
    return new Kept(
        provenance, forwarded, (flags & ROW) == 0 ? null : in.takeRest(), standing(flags));
  }

  private static Standing standing(int flags) {
    return switch (flags & INCOMPLETE) {
      case LEFT -> Standing.LEFT;
      case ENTERED -> Standing.ENTERED;
      case INCOMPLETE -> Standing.INCOMPLETE;
      default -> Standing.OWN;
    };
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
