package dev.tandem.translate;

import dev.tandem.plan.EntityPlan;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A legacy store that acts as PostgreSQL does: transactions take ids when they begin, write the
/// log in commit order, and become visible to snapshots some time after they are in the log. Rows
/// of a transaction that is not yet visible are locked.
final class LegacyShop {
  private final Random random;

  /// Rows by table and primary key: as the log has them, and as a snapshot would.
  private final Map<Id, Row> committed = new HashMap<>();

  private final Map<Id, Row> visible = new HashMap<>();

  /// Transactions that have an id and are not visible yet: what they wrote, empty before the
  /// commit.
  private final TreeMap<Long, Map<Id, @Nullable Row>> running = new TreeMap<>();

  private final Set<Id> locked = new HashSet<>();
  private long nextXid = 100;
  private int names;

  record Id(TableId table, long key) {}

  LegacyShop(Random random) {
    this.random = random;
    for (int i = 0; i < 6; i++) {
      put(committed, Shop.customer(i, name()));
      put(committed, Shop.address(i, (long) random.nextInt(6), name()));
      put(committed, Shop.order(i, i, name()));
    }
    visible.putAll(committed);
  }

  private String name() {
    return "n" + names++;
  }

  private static Id id(Row row) {
    Object key = row.values()[0];
    return new Id(row.schema().table(), ((Number) key).longValue());
  }

  private static void put(Map<Id, Row> rows, Row row) {
    rows.put(id(row), row);
  }

  void begin() {
    running.put(nextXid++, Map.of());
  }

  /// Makes one of the transactions in the log visible, if there is one.
  void show() {
    var inLog = running.entrySet().stream().filter(entry -> !entry.getValue().isEmpty()).toList();
    if (!inLog.isEmpty()) {
      var shown = inLog.get(random.nextInt(inLog.size()));
      shown
          .getValue()
          .forEach(
              (id, row) -> {
                locked.remove(id);
                if (row == null) {
                  visible.remove(id);
                } else {
                  visible.put(id, row);
                }
              });
      running.remove(shown.getKey());
    }
  }

  Snapshot snapshot() {
    long[] ids = running.keySet().stream().mapToLong(Long::longValue).toArray();
    return new Snapshot(ids.length == 0 ? nextXid : ids[0], nextXid, ids);
  }

  /// What a page of a sweep reads now.
  List<Row> page(TableId table, int from, int to) {
    return visible.values().stream()
        .filter(row -> row.schema().table().equals(table))
        .filter(row -> id(row).key() >= from && id(row).key() < to)
        .toList();
  }

  /// Commits one of the transactions that have begun: its changes, in order, the last one marked.
  List<Change> commit() {
    var ready =
        running.entrySet().stream()
            .filter(e -> e.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (ready.isEmpty()) {
      return List.of();
    }
    long xid = ready.get(random.nextInt(ready.size()));
    var written = new HashMap<Id, @Nullable Row>();
    var changes = new ArrayList<Change>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      change(xid, written, changes);
    }
    if (changes.isEmpty()) {
      running.remove(xid);
      return changes;
    }
    locked.addAll(written.keySet());
    running.put(xid, written);
    changes.add(Partition.last(changes.removeLast()));
    return changes;
  }

  private void change(long xid, Map<Id, @Nullable Row> written, List<Change> changes) {
    var table = List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER).get(random.nextInt(3));
    var id = new Id(table, random.nextInt(12));
    if (locked.contains(id)) {
      return;
    }
    Row before = committed.get(id);
    if (before != null && random.nextInt(4) == 0) {
      changes.add(Partition.change(Op.DELETE, xid, keyOf(before), null));
      committed.remove(id);
      written.put(id, null);
      return;
    }
    Row after = changed(before, (int) id.key(), table);
    changes.add(
        Partition.change(
            before == null ? Op.INSERT : Op.UPDATE,
            xid,
            before != null && table.equals(Shop.ADDRESS) ? keyOf(before) : null,
            logged(before, after)));
    committed.put(id, after);
    written.put(id, after);
  }

  private Row changed(@Nullable Row before, int key, TableId table) {
    if (table.equals(Shop.CUSTOMER)) {
      Object note = before == null || random.nextBoolean() ? name() : before.value("note");
      // Poison leaves what was forwarded, under whichever key: so those codes never change.
      if (key % 3 == 0) {
        return Shop.customer(key, "C" + key, random.nextInt(4) == 0 ? "poison" : name(), note);
      }
      return Shop.customer(key, "C" + key + (random.nextInt(3) == 0 ? "x" : ""), name(), note);
    }
    return table.equals(Shop.ADDRESS)
        ? Shop.address(key, random.nextInt(10) == 0 ? null : (long) random.nextInt(12), name())
        : Shop.order(key, 1, random.nextBoolean() ? "same" : name());
  }

  /// What the log says of the new row: an unchanged note is long, and left out.
  private static Row logged(@Nullable Row before, Row after) {
    if (before != null
        && after.schema().equals(Shop.CUSTOMERS)
        && String.valueOf(before.value("note")).equals(after.value("note"))) {
      return Shop.only(after, "no", "code", "name");
    }
    return after;
  }

  private static Row keyOf(Row row) {
    return row.schema().equals(Shop.ADDRESSES)
        ? Shop.only(row, "id", "cust_no")
        : Shop.only(row, "no", "id");
  }

  /// What the contract should hold: value by key, as text; poison stands as `null`.
  Map<String, @Nullable String> contract() {
    var contract = new TreeMap<String, @Nullable String>();
    for (EntityPlan entity : Shop.PLAN.entities()) {
      for (Row row : committed.values()) {
        if (row.schema().table().equals(entity.root().table())) {
          contract.put(entity.name() + "Key" + entity.mapping().key(row), project(entity, row));
        }
      }
    }
    return contract;
  }

  private @Nullable String project(EntityPlan entity, Row root) {
    if ("poison".equals(root.values()[2])) {
      return null;
    }
    var children =
        committed.values().stream()
            .filter(row -> row.schema().equals(Shop.ADDRESSES))
            .filter(row -> Shop.text(row, "cust_no").equals(String.valueOf(root.values()[0])))
            .sorted(java.util.Comparator.comparing(row -> id(row).key()))
            .toList();
    return entity.name() + entity.mapping().project(root, Map.of("addresses", children));
  }
}
