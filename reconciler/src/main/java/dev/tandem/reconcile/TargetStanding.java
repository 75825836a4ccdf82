package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.SortedBytes;
import dev.tandem.reconcile.CheckpointRows.Checkpoint;
import dev.tandem.reconcile.CheckpointRows.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the target stood when its topic was read last. Saved once per commit; not thread-safe.
final class TargetStanding {
  static final long NOWHERE = -1;
  private static final byte[] MARK = "mark".getBytes(StandardCharsets.UTF_8);

  /// The watermark at which the target stands.
  long watermark = -1;

  boolean settled = true;

  /// The transaction that put the observed tables in their place, with its epoch; [#NOWHERE] until
  /// a checkpoint has said it.
  long placement = NOWHERE;

  int placedInEpoch;

  /// Whether tables written with another mapping stand in the plan's place.
  boolean elsewhere;

  /// Whether the transaction that ended last was not apply's.
  boolean foreign;

  /// When the target committed the watermark that is to be told when everything of its transaction
  /// is taken, [#NOWHERE] if none is.
  long toTell = NOWHERE;

  /// Of the open transaction; null if it has set none so far.
  @Nullable Checkpoint checkpoint;

  final List<Refusal> refusals = new ArrayList<>();

  private final SortedBytes store;

  /// @param elsewhere as it is before the first record
  TargetStanding(SortedBytes store, boolean elsewhere) {
    this.store = store;
    this.elsewhere = elsewhere;
    byte[] saved = store.get(MARK);
    if (saved != null) {
      decode(new ByteSource(saved));
    }
  }

  /// The open transaction is torn, and where the target stands is to be said anew.
  void renew() {
    checkpoint = null;
    refusals.clear();
    settled = false;
    toTell = NOWHERE;
  }

  private void decode(ByteSource in) {
    watermark = in.takeVarint();
    settled = in.take() == 1;
    boolean open = in.take() == 1;
    long at = open ? in.takeVarint() : -1;
    boolean whole = open && in.take() == 1;
    for (int count = in.takeInt(); count > 0; count--) {
      refusals.add(new Refusal(in.takeBlob(), in.takeVarint(), in.takeText()));
    }
    // An older program knew of one place and one generation.
    boolean placed = !in.isEmpty();
    placement = placed ? in.takeVarint() : watermark < 0 ? NOWHERE : 0;
    placedInEpoch = placed ? in.takeInt() : 0;
    long next = placed ? in.takeVarint() : 0;
    checkpoint = open ? new Checkpoint(at, whole, next) : null;
    elsewhere = !in.isEmpty() && in.take() == 1;
    // An older program took every transaction at once.
    toTell = in.isEmpty() ? NOWHERE : in.takeVarint();
    foreign = !in.isEmpty() && in.take() == 1;
  }

  void save() {
    var out = new ByteSink();
    out.putVarint(watermark);
    out.put(settled ? 1 : 0);
    out.put(checkpoint == null ? 0 : 1);
    if (checkpoint != null) {
      out.putVarint(checkpoint.watermark());
      out.put(checkpoint.settled() ? 1 : 0);
    }
    out.putVarint(refusals.size());
    for (Refusal each : refusals) {
      out.putBlob(each.key());
      out.putVarint(each.outboxEnd());
      out.putText(each.reason());
    }
    out.putVarint(placement);
    out.putVarint(placedInEpoch);
    out.putVarint(checkpoint == null ? 0 : checkpoint.placement());
    out.put(elsewhere ? 1 : 0);
    out.putVarint(toTell);
    out.put(foreign ? 1 : 0);
    store.put(MARK, out.toByteArray());
  }
}
