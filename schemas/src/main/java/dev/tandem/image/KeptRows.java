package dev.tandem.image;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The kept rows, and the index of those that are memories of a deletion.
///
/// What is written is held back until [#flush()] is called or much of it has come together, so that
/// a row which is changed, forwarded and changed again is written once. Not thread-safe.
final class KeptRows {
  private final SortedBytes rows;
  private final SortedBytes deleted;
  private final ByteSink out = new ByteSink();

  private static final int HELD = 20_000;

  /// Rows that are newer than what `rows` has, at most [#HELD] and the one in `last`.
  private final Map<StateKey, Kept> held = new HashMap<>();

  /// The keys of `held` in order; null until an aggregate is asked for, which a domain without
  /// child lists never does.
  private @Nullable TreeSet<StateKey> order;

  /// The row written last, which is newer than any other of its key: what follows is most often
  /// about it again. Null if there is none.
  private @Nullable StateKey lastKey;

  private @Nullable Kept last;

  KeptRows(SortedBytes rows, SortedBytes deleted) {
    this.rows = rows;
    this.deleted = deleted;
  }

  @Nullable Kept get(StateKey key) {
    if (key.equals(lastKey)) {
      return last;
    }
    Kept newer = held.get(key);
    if (newer != null) {
      return newer;
    }
    byte[] bytes = rows.get(key.bytes());
    return bytes == null ? null : Kept.decode(bytes);
  }

  void put(StateKey key, Kept kept) {
    if (!key.equals(lastKey)) {
      if (held.size() >= HELD) {
        flush();
      }
      holdLast();
    }
    lastKey = key;
    last = kept;
  }

  private void holdLast() {
    if (lastKey != null && last != null) {
      boolean added = held.put(lastKey, last) == null;
      if (added && order != null) {
        order.add(lastKey);
      }
      lastKey = null;
      last = null;
    }
  }

  /// Keeps the memory that a row was deleted, until [#forget].
  void putDeleted(StateKey key, Kept kept) {
    put(key, kept);
    if (kept.provenance() instanceof Provenance.ByChange(var epoch, var xid)) {
      deleted.put(deletedKey(epoch, xid, key.bytes()), new byte[0]);
    }
  }

  void flush() {
    holdLast();
    held.forEach((key, kept) -> rows.put(key.bytes(), kept.encode(out)));
    held.clear();
    order = null;
  }

  /// Visits the kept rows of one aggregate, in order.
  void ofAggregate(StateKey aggregate, BiConsumer<StateKey, Kept> visitor) {
    holdLast();
    if (order == null) {
      order = new TreeSet<>(held.keySet());
    }
    // No source has the number 255, so this lies behind the aggregate's last row.
    StateKey end = aggregate.with(0xFF);
    var found = new TreeMap<StateKey, Kept>();
    rows.scan(
        aggregate.bytes(),
        end.bytes(),
        (bytes, value) -> {
          var key = new StateKey(bytes);
          if (!held.containsKey(key)) {
            found.put(key, Kept.decode(value));
          }
        });
    for (StateKey key : order.subSet(aggregate, end)) {
      found.put(key, Objects.requireNonNull(held.get(key)));
    }
    found.forEach(visitor);
  }

  /// Visits the kept rows from `from` on until `visitor` answers false. It may write rows.
  void scan(byte[] from, BiPredicate<StateKey, Kept> visitor) {
    flush();
    rows.scan(from, (key, value) -> visitor.test(new StateKey(key), Kept.decode(value)));
  }

  /// Forgets the deletions that every snapshot from `horizon` on has seen. That of a root whose
  /// aggregate is still there downstream stays until the next horizon.
  void forget(int epoch, Snapshot horizon) {
    flush();
    byte[] end = deletedKey(epoch, horizon.xmin(), new byte[0]);
    var past = new ArrayList<byte[]>();
    deleted.scan(
        new byte[0],
        (key, _) -> {
          if (java.util.Arrays.compareUnsigned(key, end) >= 0) {
            return false;
          }
          past.add(key);
          return true;
        });
    past.forEach(this::forget);
  }

  private void forget(byte[] indexed) {
    var in = new ByteSource(indexed);
    var provenance = new Provenance.ByChange((int) in.takeLong(), in.takeLong());
    byte[] key = in.takeRest();
    byte[] value = rows.get(key);
    Kept kept = value == null ? null : Kept.decode(value);
    if (kept != null && kept.isDeleted() && kept.provenance().equals(provenance)) {
      if (kept.forwarded() != null) {
        return;
      }
      rows.delete(key);
    }
    deleted.delete(indexed);
  }

  private byte[] deletedKey(int epoch, long xid, byte[] row) {
    out.clear();
    out.putLong(epoch);
    out.putLong(xid);
    out.putRaw(row);
    return out.toByteArray();
  }
}
