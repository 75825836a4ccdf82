package dev.tandem.translate;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How far a partition has been translated. Saved once per commit; not thread-safe.
final class Progress {
  private static final byte[] KEY = "progress".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CURSOR = "cursor".getBytes(StandardCharsets.UTF_8);

  /// Number of the next contract record: those before it are written, without a gap.
  long sequence;

  /// Offset of the outbox record read last, -1 before the first.
  long seen = -1;

  /// Greatest outbox end that a contract record marked `last` carries, -1 before the first.
  long forwarded = -1;

  /// Whether records of a transaction were read, but not its last.
  boolean open;

  /// Epoch of the change read last.
  int epoch;

  /// Transaction of the change read last.
  long xid;

  /// Commit time of the change read last, microseconds since 1970-01-01T00:00Z.
  long committedAt;

  /// Slots of the open store that count.
  int slots;

  /// Where the first translation of everything stands.
  Baseline baseline = Baseline.MISSING;

  private final SortedBytes store;
  private final ByteSink out = new ByteSink();

  ///     MISSING --- last sweep ended ---> TRANSLATING --- every kept row visited ---> DONE
  enum Baseline {
    MISSING,
    TRANSLATING,
    DONE
  }

  Progress(SortedBytes store) {
    this.store = store;
    byte[] saved = store.get(KEY);
    if (saved != null) {
      var in = new ByteSource(saved);
      sequence = in.takeVarint();
      seen = in.takeVarint();
      forwarded = in.takeVarint();
      open = in.take() == 1;
      epoch = in.takeInt();
      xid = in.takeVarint();
      committedAt = in.takeVarint();
      slots = in.takeInt();
      baseline = Baseline.valueOf(in.takeText());
    }
  }

  void save() {
    out.clear();
    out.putVarint(sequence);
    out.putVarint(seen);
    out.putVarint(forwarded);
    out.put(open ? 1 : 0);
    out.putVarint(epoch);
    out.putVarint(xid);
    out.putVarint(committedAt);
    out.putVarint(slots);
    out.putText(baseline.name());
    store.put(KEY, out.toByteArray());
  }

  /// The aggregate that the first translation of everything visited last; null before the first.
  @Nullable StateKey cursor() {
    byte[] cursor = store.get(CURSOR);
    return cursor == null ? null : new StateKey(cursor);
  }

  void moveCursor(StateKey aggregate) {
    store.put(CURSOR, aggregate.bytes());
  }

  void dropCursor() {
    store.delete(CURSOR);
  }
}
