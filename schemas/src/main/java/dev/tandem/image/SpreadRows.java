package dev.tandem.image;

import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Kept rows that stand in the store by themselves, each under its own key. What is written is held
/// back until [#flush()] is called or much of it has come together. Not thread-safe.
final class SpreadRows {
  private static final int WAITING = 20_000;
  private final SortedBytes rows;
  private final ByteSink out = new ByteSink();
  private final WriteBack<Kept> held;

  /// The keys of what `held` has not written, in order; null until an aggregate is asked for, which
  /// a domain without child lists never does.
  private @Nullable TreeSet<StateKey> order;

  /// The row written last, which is newer than any other of its key: what follows is most often
  /// about it again. Null if there is none.
  private @Nullable StateKey lastKey;

  private @Nullable Kept last;

  SpreadRows(SortedBytes rows) {
    this.rows = rows;
    held = new WriteBack<>(rows, new KeptForm(), WAITING);
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

  void delete(StateKey key) {
    flush();
    held.delete(key);
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
    // The aggregate's own key is no row's; no source has the number 255, so the end lies behind the
    // aggregate's last row.
    StateKey from = aggregate.with(0);
    StateKey end = aggregate.with(0xFF);
    var found = new TreeMap<StateKey, Kept>();
    rows.scan(
        from.bytes(),
        end.bytes(),
        (bytes, value) -> {
          var key = new StateKey(bytes);
          if (!held.changed().contains(key)) {
            found.put(key, Kept.decode(value));
          }
        });
    for (StateKey key : order.subSet(from, end)) {
      found.put(key, Objects.requireNonNull(held.get(key)));
    }
    found.forEach(visitor);
  }

  private final class KeptForm implements WriteBack.Form<Kept> {
    @Override
    public byte[] encode(StateKey key, Kept kept) {
      return kept.encode(out);
    }

    @Override
    public Kept decode(StateKey key, byte[] bytes) {
      return Kept.decode(bytes);
    }
  }
}
