package dev.tandem.reconcile;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.reconcile.LegacyHistory.Contract;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What apply and a saboteur do to the target, and the observed topic that capture makes of it.
final class TargetHistory {
  static final long NEVER = Long.MAX_VALUE;

  /// What was read of the observed topic up to the end of a transaction.
  ///
  /// @param records how many records that are
  /// @param at watermark at which the target is then known to stand; [#NEVER] while it is not known
  /// @param content of the target
  record Moment(int records, long at, Map<String, String> content) {}

  final List<OutboxRecord> observed = new ArrayList<>();
  final List<Moment> moments = new ArrayList<>();

  /// By record count: watermarks at which the target was settled.
  final Map<Integer, Long> watermarks = new TreeMap<>();

  /// Entities whose last record was refused and to which nothing has happened since, with the
  /// record's position.
  final Map<String, Long> refusals = new TreeMap<>();

  private final Random random;
  private final double faults;
  private final Map<String, String> content = new TreeMap<>();
  private long watermark = -1;
  private boolean settled = true;
  private long xid = 500;

  TargetHistory(Random random, double faults) {
    this.random = random;
    this.faults = faults;
    if (faults > 0) {
      for (int i = random.nextInt(3); i > 0; i--) {
        String key = key();
        content.put(key, content(key));
      }
    }
  }

  /// Reads every table: what was there before anything was captured, or again for a verification.
  ///
  /// @return puts what was read into the topic, which may happen later
  Runnable sweep() {
    var snapshot = new Snapshot(xid + 1, xid + 1, new long[0]);
    var rows = new ArrayList<Row>();
    content.forEach((key, value) -> rows.addAll(rows(key, value).values()));
    return () -> {
      rows.forEach(row -> observed.add(new Swept(1, snapshot, 0, row)));
      for (TableId table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDERS)) {
        observed.add(new Marker(Kind.SWEEP_ENDED, 1, table, "t", snapshot, 0));
      }
      moment();
    };
  }

  /// No snapshot of before can still arrive: deletions are forgotten.
  void horizon() {
    var snapshot = new Snapshot(xid + 1, xid + 1, new long[0]);
    observed.add(new Marker(Kind.HORIZON, 1, null, "", snapshot, 0));
    moment();
  }

  private void moment() {
    moments.add(new Moment(observed.size(), settled ? watermark : NEVER, new TreeMap<>(content)));
  }

  /// Applies a batch that may end inside a legacy transaction.
  void apply(List<Contract> batch) {
    var collapsed = new LinkedHashMap<String, @Nullable String>();
    var ends = new HashMap<String, Long>();
    for (Contract record : batch) {
      if (!record.entity().isEmpty()) {
        collapsed.remove(record.entity());
        collapsed.put(record.entity(), record.content());
        ends.put(record.entity(), record.outboxEnd());
      }
    }
    Contract newest = batch.getLast();
    settled = newest.last();
    if (settled) {
      watermark = Math.max(watermark, newest.outboxEnd());
    }
    var changes = new ArrayList<Change>();
    xid++;
    changes.add(checkpoint());
    collapsed.forEach(
        (key, value) -> {
          refusals.remove(key);
          if (random.nextDouble() < faults / 4) {
            refuse(key, Objects.requireNonNull(ends.get(key)), changes);
          } else if (random.nextDouble() >= faults / 2) {
            write(key, random.nextDouble() < faults / 4 ? spoiled(key, value) : value, changes);
          }
        });
    commit(changes);
    if (settled) {
      watermarks.put(observed.size(), watermark);
    }
  }

  /// The target takes no such record.
  private void refuse(String key, long outboxEnd, List<Change> into) {
    refusals.put(key, outboxEnd);
    long number = Long.parseLong(key.substring(key.indexOf(' ') + 1));
    byte[] contractKey =
        key.startsWith("Order") ? Driven.orderKey(number) : Driven.customerKey((int) number);
    Row refusal =
        Shop.row(Shop.REFUSAL_ROWS, "shop", "sales", 1, 0, contractKey, outboxEnd, "a constraint");
    into.add(change(Op.UPDATE, null, refusal, into.size()));
  }

  /// Another content than apply means, in whole or in part: the list of a customer without its
  /// change, or the root.
  private String spoiled(String key, @Nullable String value) {
    String old = content.get(key);
    if (key.startsWith("Order") || value == null || old == null || random.nextBoolean()) {
      return content(key);
    }
    String[] wanted = value.split("\\|", -1);
    String[] held = old.split("\\|", -1);
    return random.nextBoolean()
        ? wanted[0] + "|" + wanted[1] + "|" + held[2]
        : held[0] + "|" + held[1] + "|" + wanted[2];
  }

  private Change checkpoint() {
    return change(Op.UPDATE, null, Shop.checkpoint(watermark, settled), 0);
  }

  /// Another instance takes over and writes nothing.
  void takeOver() {
    xid++;
    commit(new ArrayList<>(List.of(checkpoint())));
    if (settled) {
      watermarks.put(observed.size(), watermark);
    }
  }

  /// Somebody writes who should not.
  void sabotage() {
    xid++;
    var changes = new ArrayList<Change>();
    if (random.nextInt(8) == 0) {
      truncate(changes);
      commit(changes);
      return;
    }
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      String key = key();
      refusals.remove(key);
      write(key, random.nextInt(3) == 0 ? null : content(key), changes);
    }
    if (!changes.isEmpty()) {
      commit(changes);
    }
  }

  /// All orders, or all customers with what belongs to them.
  private void truncate(List<Change> into) {
    String entity = random.nextBoolean() ? "Order" : "Customer";
    content.keySet().removeIf(key -> key.startsWith(entity));
    refusals.keySet().removeIf(key -> key.startsWith(entity));
    for (TableId table :
        entity.equals("Order") ? List.of(Shop.ORDERS) : List.of(Shop.ADDRESS, Shop.CUSTOMER)) {
      var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid * 100 + into.size()), 0);
      into.add(new Change(Op.TRUNCATE, position, false, xid * 1000, table, null, null));
    }
  }

  private void commit(List<Change> changes) {
    for (int i = 0; i < changes.size(); i++) {
      observed.add(i == changes.size() - 1 ? LegacyHistory.last(changes.get(i)) : changes.get(i));
    }
    moment();
  }

  private String key() {
    return random.nextBoolean()
        ? LegacyHistory.customer(random.nextInt(LegacyHistory.CUSTOMERS))
        : LegacyHistory.order(random.nextInt(LegacyHistory.CODES));
  }

  private String content(String key) {
    if (key.startsWith("Order")) {
      return List.of(LegacyHistory.HERE.get(0), LegacyHistory.HERE.get(1), "X")
          .get(random.nextInt(3));
    }
    String towns =
        random.nextBoolean() ? "" : "1=" + List.of("Bern", "Oslo").get(random.nextInt(2));
    return List.of("Ann", "Xan").get(random.nextInt(2)) + "|null|" + towns;
  }

  /// The target's rows of one entity, by what names them.
  private static Map<String, Row> rows(String key, String content) {
    var rows = new LinkedHashMap<String, Row>();
    long number = Long.parseLong(key.substring(key.indexOf(' ') + 1));
    if (key.startsWith("Order")) {
      rows.put("root", Shop.row(Shop.ORDERS_ROWS, number, content));
      return rows;
    }
    String[] parts = content.split("\\|", -1);
    String note = parts[1].equals("null") ? null : parts[1];
    rows.put("root", Shop.row(Shop.CUSTOMER_ROWS, (int) number, parts[0], note, "ours"));
    for (String town : parts[2].isEmpty() ? new String[0] : parts[2].split(",")) {
      String[] pair = town.split("=");
      rows.put(
          pair[0], Shop.row(Shop.ADDRESS_ROWS, (int) number, Integer.parseInt(pair[0]), pair[1]));
    }
    return rows;
  }

  private void write(String key, @Nullable String value, List<Change> into) {
    Map<String, Row> before = content.containsKey(key) ? rows(key, content.get(key)) : Map.of();
    Map<String, Row> after = value == null ? Map.of() : rows(key, value);
    before.forEach(
        (name, row) -> {
          if (!after.containsKey(name)) {
            into.add(change(Op.DELETE, known(row), null, into.size()));
          }
        });
    after.forEach(
        (name, row) -> {
          Row old = before.get(name);
          if (old == null) {
            into.add(change(Op.INSERT, null, row, into.size()));
          } else if (!Arrays.equals(old.values(), row.values())) {
            into.add(change(Op.UPDATE, null, toasted(old, row), into.size()));
          }
        });
    if (value == null) {
      content.remove(key);
    } else {
      content.put(key, value);
    }
  }

  /// What a delete carries.
  private static Row known(Row row) {
    @Nullable Object[] values = row.values().clone();
    int named = row.schema().equals(Shop.ADDRESS_ROWS) ? 2 : 1;
    Arrays.fill(values, named, values.length, Row.UNKNOWN);
    return new Row(row.schema(), values);
  }

  /// Now and then the log does not say a note that has not changed.
  private Row toasted(Row old, Row row) {
    RowSchema schema = row.schema();
    int note = schema.indexOf("note");
    if (note < 0
        || !Objects.equals(old.values()[note], row.values()[note])
        || random.nextBoolean()) {
      return row;
    }
    @Nullable Object[] values = row.values().clone();
    values[note] = Row.UNKNOWN;
    return new Row(schema, values);
  }

  private Change change(Op op, @Nullable Row before, @Nullable Row after, int number) {
    TableId table = Objects.requireNonNull(after == null ? before : after).schema().table();
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid * 100 + number), 0);
    return new Change(op, position, false, xid * 1000, table, before, after);
  }
}
