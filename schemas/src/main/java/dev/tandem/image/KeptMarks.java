package dev.tandem.image;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What is kept of whole tables: whose baseline has passed, and which were truncated. Both survive
/// a restart. Not thread-safe.
final class KeptMarks {
  private static final String BASELINE = "baseline:";
  private static final String TRUNCATED = "truncated:";
  private final SortedBytes store;
  private final BaselineGate gate;
  private final Truncations truncations = new Truncations();

  /// @param now the name that a table has now
  KeptMarks(SortedBytes store, Set<TableId> tables, UnaryOperator<TableId> now) {
    this.store = store;
    this.gate = new BaselineGate(tables);
    for (Mark mark : marks(BASELINE)) {
      TableId table = renamed(BASELINE, mark, now);
      gate.pass(table);
    }
    for (Mark mark : marks(TRUNCATED)) {
      var in = new ByteSource(mark.value);
      var author = new Merge.Author(in.takeInt(), in.takeVarint());
      truncations.truncated(renamed(TRUNCATED, mark, now), author);
    }
    // One table may have been truncated under several names.
    truncations.all().forEach(this::truncated);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Mark(TableId table, byte[] value) {}

  private List<Mark> marks(String prefix) {
    byte[] from = prefix.getBytes(StandardCharsets.UTF_8);
    var marks = new ArrayList<Mark>();
    store.scan(
        from,
        (key, value) -> {
          if (!new StateKey(key).startsWith(from)) {
            return false;
          }
          String name = new String(key, StandardCharsets.UTF_8).substring(prefix.length());
          marks.add(new Mark(TableId.parse(name), value));
          return true;
        });
    return marks;
  }

  /// The name that the table of a mark has now, under which the mark is kept from here on.
  private TableId renamed(String prefix, Mark mark, UnaryOperator<TableId> now) {
    TableId table = now.apply(mark.table);
    if (!table.equals(mark.table)) {
      store.delete(key(prefix, mark.table));
      store.put(key(prefix, table), mark.value);
    }
    return table;
  }

  private static byte[] key(String prefix, TableId table) {
    return (prefix + table.sql()).getBytes(StandardCharsets.UTF_8);
  }

  /// A full sweep of a table has ended. Answers whether that was the last baseline missing.
  boolean baseline(TableId table) {
    boolean opened = gate.pass(table);
    store.put(key(BASELINE, table), new byte[0]);
    return opened;
  }

  /// No baseline has passed.
  void renew(Set<TableId> tables) {
    tables.forEach(table -> store.delete(key(BASELINE, table)));
    gate.renew(tables);
  }

  /// Whether a full sweep of a table has ended before.
  boolean hasBaseline(TableId table) {
    return gate.hasPassed(table);
  }

  boolean hasBaselines() {
    return gate.isOpen();
  }

  void truncated(TableId table, Merge.Author author) {
    truncations.truncated(table, author);
    var out = new ByteSink();
    out.putVarint(author.epoch());
    out.putVarint(author.xid());
    store.put(key(TRUNCATED, table), out.toByteArray());
  }

  /// Whether a row of this table, read in this snapshot, was truncated since.
  boolean hides(TableId table, int epoch, Snapshot snapshot) {
    return truncations.hides(table, epoch, snapshot);
  }

  void forget(int epoch, Snapshot horizon) {
    Set<TableId> before = truncations.all().keySet();
    truncations.forget(epoch, horizon);
    Set<TableId> after = truncations.all().keySet();
    before.stream()
        .filter(table -> !after.contains(table))
        .forEach(table -> store.delete(key(TRUNCATED, table)));
  }
}
