package dev.tandem.image;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How far a partition's records were fed into its image. Saved once per commit; not thread-safe.
final class FeedProgress {
  private static final byte[] KEY = "feed".getBytes(StandardCharsets.UTF_8);
  private static final byte[] RENEWED = "renewed".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CURSOR = "cursor".getBytes(StandardCharsets.UTF_8);

  /// Offset of the record read last, -1 before the first.
  long seen = -1;

  /// Whether records of a transaction were read, but not its last.
  boolean open;

  /// Epoch of the change read last.
  int epoch;

  /// Transaction of the change read last.
  long xid;

  /// Commit time of the change read last, microseconds since 1970-01-01T00:00Z.
  long committedAt;

  /// Whether everything kept was visited once, after the last baseline.
  boolean scanned;

  private final SortedBytes store;
  private final ByteSink out = new ByteSink();

  FeedProgress(SortedBytes store) {
    this.store = store;
    byte[] saved = store.get(KEY);
    if (saved != null) {
      var in = new ByteSource(saved);
      seen = in.takeVarint();
      open = in.take() == 1;
      epoch = in.takeInt();
      xid = in.takeVarint();
      committedAt = in.takeVarint();
      scanned = in.take() == 1;
    }
  }

  void save() {
    out.clear();
    out.putVarint(seen);
    out.put(open ? 1 : 0);
    out.putVarint(epoch);
    out.putVarint(xid);
    out.putVarint(committedAt);
    out.put(scanned ? 1 : 0);
    store.put(KEY, out.toByteArray());
  }

  /// Whether the feed was ever begun anew over what was kept.
  boolean isRenewed() {
    return store.get(RENEWED) != null;
  }

  void renew() {
    store.put(RENEWED, new byte[0]);
  }

  /// The aggregate that the scan visited last; null before the first.
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
