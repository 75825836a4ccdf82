package dev.tandem.image;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The kept rows, and the index of those that are memories of a deletion.
///
/// A row of an entity of one table stands by itself, under its own key. The rows of an aggregate of
/// several tables, which are needed together whenever one of them changes, stand in one [Pack]
/// under the aggregate's key, as long as they are not too many. What is written is held back until
/// [#flush()] is called or much of it has come together. Not thread-safe.
final class KeptRows {
  private static final byte[] PACKED = "packed".getBytes(StandardCharsets.UTF_8);
  private static final int WAITING = 4_000;
  private final TableUses tables;
  private final SortedBytes store;
  private final SortedBytes deleted;
  private final SpreadRows spread;
  private final WriteBack<Pack> packs;
  private final ByteSink out = new ByteSink();

  /// Whether aggregates are packed: not in state that an older program began.
  private final boolean packing;

  KeptRows(TableUses tables, ImageState state) {
    this.tables = tables;
    store = state.rows();
    deleted = state.deleted();
    spread = new SpreadRows(store);
    packs = new WriteBack<>(store, new PackForm(), WAITING);
    if (state.marks().get(PACKED) == null && isEmpty(store)) {
      state.marks().put(PACKED, new byte[0]);
    }
    packing = state.marks().get(PACKED) != null;
  }

  private static boolean isEmpty(SortedBytes store) {
    boolean[] empty = {true};
    store.scan(
        new byte[0],
        (_, _) -> {
          empty[0] = false;
          return false;
        });
    return empty[0];
  }

  /// The pack that the rows of an aggregate stand in, a new one where nothing is kept of it yet;
  /// null where each row stands by itself.
  private @Nullable Pack pack(StateKey aggregate) {
    if (!packing || tables.sources(aggregate.bytes()).size() == 1) {
      return null;
    }
    Pack pack = packs.get(aggregate);
    if (pack == null) {
      return new Pack(aggregate);
    }
    return pack.isSpread() ? null : pack;
  }

  /// @param key of the row, which begins with `aggregate`
  @Nullable Kept get(StateKey aggregate, StateKey key) {
    Pack pack = pack(aggregate);
    return pack == null ? spread.get(key) : pack.get(key);
  }

  /// @param key of the row, which begins with `aggregate`
  void put(StateKey aggregate, StateKey key, Kept kept) {
    Pack pack = pack(aggregate);
    if (pack == null) {
      spread.put(key, kept);
      return;
    }
    if (!pack.put(key, kept)) {
      pack.spread(spread::put);
    }
    packs.put(aggregate, pack);
  }

  /// Keeps the memory that a row was deleted, until [#forget].
  void putDeleted(StateKey aggregate, StateKey key, Kept kept) {
    put(aggregate, key, kept);
    if (kept.provenance() instanceof Provenance.ByChange(var epoch, var xid)) {
      deleted.put(deletedKey(epoch, xid, key.bytes()), new byte[0]);
    }
  }

  private void delete(StateKey aggregate, StateKey key) {
    Pack pack = pack(aggregate);
    if (pack == null) {
      spread.delete(key);
      return;
    }
    pack.delete(key);
    if (pack.isEmpty()) {
      packs.delete(aggregate);
    } else {
      packs.put(aggregate, pack);
    }
  }

  void flush() {
    packs.save();
    spread.flush();
  }

  /// Visits the kept rows of one aggregate, in order.
  void ofAggregate(StateKey aggregate, BiConsumer<StateKey, Kept> visitor) {
    Pack pack = pack(aggregate);
    if (pack == null) {
      spread.ofAggregate(aggregate, visitor);
    } else {
      pack.forEach(visitor);
    }
  }

  /// Visits the kept rows from `from` on, in order, until `visitor` answers false. It may write
  /// rows.
  ///
  /// @param from the beginning of an aggregate's key, or behind all rows of one
  void scan(byte[] from, BiPredicate<StateKey, Kept> visitor) {
    flush();
    store.scan(
        from,
        (bytes, value) -> {
          var key = new StateKey(bytes);
          if (tables.aggregate(bytes).bytes().length < bytes.length) {
            return visitor.test(key, Kept.decode(value));
          }
          boolean[] on = {true};
          Pack.decode(key, value).forEach((row, kept) -> on[0] = on[0] && visitor.test(row, kept));
          return on[0];
        });
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
          if (Arrays.compareUnsigned(key, end) >= 0) {
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
    var key = new StateKey(in.takeRest());
    StateKey aggregate = tables.aggregate(key.bytes());
    Kept kept = get(aggregate, key);
    if (kept != null && kept.isDeleted() && kept.provenance().equals(provenance)) {
      if (kept.forwarded() != null) {
        return;
      }
      delete(aggregate, key);
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

  private static final class PackForm implements WriteBack.Form<Pack> {
    private final ByteSink out = new ByteSink();
    private final ByteSink row = new ByteSink();

    @Override
    public byte[] encode(StateKey key, Pack pack) {
      return pack.encode(out, row);
    }

    @Override
    public Pack decode(StateKey key, byte[] bytes) {
      return Pack.decode(key, bytes);
    }
  }
}
