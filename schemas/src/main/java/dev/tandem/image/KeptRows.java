package dev.tandem.image;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import java.util.ArrayList;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The kept rows, and the index of those that are memories of a deletion.
///
/// What is written is held back until [#flush()] is called or much of it has come together.
/// Not thread-safe.
final class KeptRows {
  private final SortedBytes rows;
  private final SortedBytes deleted;
  private final ByteSink out = new ByteSink();

  private final WriteBack<Kept> held;

  /// The keys of what `held` has not written, in order; null until an aggregate is asked for, which
  /// a domain without child lists never does.
  private @Nullable TreeSet<StateKey> order;

  /// The row written last, which is newer than any other of its key: what follows is most often
  /// about it again. Null if there is none.
  private @Nullable StateKey lastKey;

  private @Nullable Kept last;

  KeptRows(SortedBytes rows, SortedBytes deleted) {
    this.rows = rows;
    held = new WriteBack<>(rows, new KeptForm());
    this.deleted = deleted;
  }

  @Nullable Kept get(StateKey key) {
    if (key.equals(lastKey)) {
      return last;
    }
    return held.get(key);
  }

  void put(StateKey key, Kept kept) {
    if (!key.equals(lastKey)) {
      holdLast();
    }
    lastKey = key;
    last = kept;
  }

  private void holdLast() {
    if (lastKey != null && last != null) {
      boolean added = held.put(lastKey, last);
      if (held.changed().size() == 1) {
        order = null;
      } else if (added && order != null) {
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
    held.save();
    order = null;
  }

  /// Visits the kept rows of one aggregate, in order.
  void ofAggregate(StateKey aggregate, BiConsumer<StateKey, Kept> visitor) {
    holdLast();
    if (order == null) {
      order = new TreeSet<>(held.changed());
    }
    // No source has the number 255, so this lies behind the aggregate's last row.
    StateKey end = aggregate.with(0xFF);
    var found = new TreeMap<StateKey, Kept>();
    rows.scan(
        aggregate.bytes(),
        end.bytes(),
        (bytes, value) -> {
          var key = new StateKey(bytes);
          if (!held.changed().contains(key)) {
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
    Kept kept = held.get(new StateKey(key));
    if (kept != null && kept.isDeleted() && kept.provenance().equals(provenance)) {
      if (kept.forwarded() != null) {
        return;
      }
      held.delete(new StateKey(key));
    }
    deleted.delete(indexed);
  }

  private final class KeptForm implements WriteBack.Form<Kept> {
    @Override
    public byte[] encode(StateKey key, Kept kept) {
      return kept.encode(out);
    }

    @Override
    public Kept decode(byte[] bytes) {
      return Kept.decode(bytes);
    }
  }

  private byte[] deletedKey(int epoch, long xid, byte[] row) {
    out.clear();
    out.putLong(epoch);
    out.putLong(xid);
    out.putRaw(row);
    return out.toByteArray();
  }
}
