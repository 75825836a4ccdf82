package dev.tandem.image;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One record that takes many kept rows of a table away, and how far that has come: a truncation,
/// or the end of a sweep that did not meet them. It is taken in steps; until the last one no other
/// record that may change something is. Saved once per commit; not thread-safe.
final class Purge {
  private static final byte[] KEY = "purge".getBytes(StandardCharsets.UTF_8);

  /// Why rows go.
  enum Cause {
    /// The table was truncated: all of them.
    TRUNCATION,
    /// A sweep did not meet them ([GhostRule]).
    SWEEP,
    /// The same of a first sweep, before anything was said of a row.
    BASELINE
  }

  /// The record that it is.
  ///
  /// @param xid of the truncation, else 0
  /// @param at microseconds since 1970-01-01T00:00Z
  /// @param last whether its transaction ends with it
  /// @param verifies whether it is of a verification
  record By(
      Cause cause,
      TableId table,
      long offset,
      int epoch,
      long xid,
      long at,
      boolean last,
      boolean verifies) {}

  final By by;

  /// The oldest snapshot in which a page of the sweep was read; null of a truncation.
  final @Nullable Snapshot oldest;

  /// Which use of the table has its turn, and the aggregate that was looked at last of it; null
  /// before the first.
  private int use;

  private @Nullable StateKey cursor;

  Purge(By by, @Nullable Snapshot oldest) {
    this.by = by;
    this.oldest = oldest;
  }

  int use() {
    return use;
  }

  @Nullable StateKey cursor() {
    return cursor;
  }

  /// The use is done if `to` is null, else it has come to that aggregate.
  void come(@Nullable StateKey to) {
    cursor = to;
    use += to == null ? 1 : 0;
  }

  /// The transaction that the rows are gone since: of a sweep one that every snapshot from the
  /// oldest on has seen.
  Merge.Author author() {
    return new Merge.Author(by.epoch, oldest == null ? by.xid : oldest.xmin() - 1);
  }

  /// Whether a row goes.
  boolean takes(Kept kept) {
    return oldest == null || GhostRule.isGhost(kept.provenance(), by.epoch, oldest);
  }

  /// @param purge null where none is under way
  static void save(SortedBytes store, @Nullable Purge purge) {
    if (purge == null) {
      store.delete(KEY);
      return;
    }
    By by = purge.by;
    var out = new ByteSink();
    out.putText(by.cause.name());
    out.putText(by.table.sql());
    out.putVarint(by.offset);
    out.putVarint(by.epoch);
    out.putVarint(by.xid);
    out.putVarint(by.at);
    out.put(by.last ? 1 : 0);
    out.put(by.verifies ? 1 : 0);
    out.putText(purge.oldest == null ? "" : purge.oldest.toString());
    out.putVarint(purge.use);
    out.put(purge.cursor == null ? 0 : 1);
    if (purge.cursor != null) {
      out.putBlob(purge.cursor.bytes());
    }
    store.put(KEY, out.toByteArray());
  }

  /// What was under way when this was saved; null if nothing was.
  static @Nullable Purge load(SortedBytes store) {
    byte[] saved = store.get(KEY);
    if (saved == null) {
      return null;
    }
    var in = new ByteSource(saved);
    var by =
        new By(
            Cause.valueOf(in.takeText()),
            TableId.parse(in.takeText()),
            in.takeVarint(),
            in.takeInt(),
            in.takeVarint(),
            in.takeVarint(),
            in.take() == 1,
            in.take() == 1);
    String oldest = in.takeText();
    var purge = new Purge(by, oldest.isEmpty() ? null : Snapshot.parse(oldest));
    purge.use = in.takeInt();
    purge.cursor = in.take() == 0 ? null : new StateKey(in.takeBlob());
    return purge;
  }
}
