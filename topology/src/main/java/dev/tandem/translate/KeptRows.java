package dev.tandem.translate;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import java.util.ArrayList;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The kept rows, and the index of those that are memories of a deletion.
///
/// The row written last is held back until another is written, the rows are scanned, or [#flush()]
/// is called, so that a change and the forwarding that follows it write their row once. Not
/// thread-safe.
final class KeptRows {
  private final SortedBytes rows;
  private final SortedBytes deleted;
  private final ByteSink out = new ByteSink();
  private @Nullable StateKey heldKey;
  private @Nullable Kept held;

  KeptRows(SortedBytes rows, SortedBytes deleted) {
    this.rows = rows;
    this.deleted = deleted;
  }

  @Nullable Kept get(StateKey key) {
    if (key.equals(heldKey)) {
      return held;
    }
    byte[] bytes = rows.get(key.bytes());
    return bytes == null ? null : Kept.decode(bytes);
  }

  void put(StateKey key, Kept kept) {
    if (!key.equals(heldKey)) {
      flush();
    }
    heldKey = key;
    held = kept;
  }

  /// Keeps the memory that a row was deleted, until [#forget].
  void putDeleted(StateKey key, Kept kept) {
    put(key, kept);
    if (kept.provenance() instanceof Provenance.ByChange(var epoch, var xid)) {
      deleted.put(deletedKey(epoch, xid, key.bytes()), new byte[0]);
    }
  }

  void flush() {
    if (heldKey != null && held != null) {
      rows.put(heldKey.bytes(), held.encode(out));
      heldKey = null;
      held = null;
    }
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
