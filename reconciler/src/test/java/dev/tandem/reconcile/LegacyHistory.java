package dev.tandem.reconcile;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A random legacy history: the outbox that capture made of it, and for every position of the
/// outbox what the target should hold there. Content is text, such as `Ann|a note|1=Bern,2=Rome`.
final class LegacyHistory {
  static final int CUSTOMERS = 4;
  static final int ORDERS = 3;

  /// Names that orders take from each other.
  static final int CODES = 4;

  /// A record of the outbox.
  record At(long offset, OutboxRecord record) {}

  /// A record of the contract topic.
  ///
  /// @param content null for a deletion
  /// @param entity empty for a progress marker
  record Contract(long outboxEnd, String entity, @Nullable String content, boolean last) {}

  private record Customer(String name, @Nullable String note) {}

  private record Address(int customer, String town) {}

  private record Order(long code, String state) {}

  private final Random random;
  final List<At> outbox = new ArrayList<>();
  final List<Contract> contracts = new ArrayList<>();

  /// By outbox offset: what the target should hold from there on.
  final NavigableMap<Long, Map<String, String>> states = new TreeMap<>();

  /// By outbox offset: which entities cannot be translated from there on.
  final NavigableMap<Long, Set<String>> refused = new TreeMap<>();

  /// Offset of the last baseline's end.
  long baseline = -1;

  private final Map<Integer, Customer> customers = new TreeMap<>();
  private final Map<Integer, Address> addresses = new TreeMap<>();
  private final Map<Long, Order> orders = new TreeMap<>();
  private Map<String, String> forwarded = new TreeMap<>();
  private long offset;
  private long xid = 10;

  LegacyHistory(Random random) {
    this.random = random;
    for (int i = random.nextInt(8); i > 0; i--) {
      change(new ArrayList<>());
    }
  }

  static String customer(int number) {
    return "Customer " + number;
  }

  static String order(long number) {
    return "Order " + number;
  }

  private void add(OutboxRecord record) {
    outbox.add(new At(offset, record));
  }

  /// The next offset; now and then Kafka uses one for itself.
  private void next() {
    offset += random.nextInt(5) == 0 ? 2 : 1;
  }

  /// One transaction of some changes.
  void transaction() {
    xid++;
    var changes = new ArrayList<Change>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      change(changes);
    }
    for (int i = 0; i < changes.size(); i++) {
      next();
      add(i == changes.size() - 1 ? last(changes.get(i)) : changes.get(i));
    }
    if (!changes.isEmpty()) {
      ended();
    }
  }

  /// Sweeps every table, and says that it has.
  void sweep() {
    read(OutboxRecord.Purpose.LOAD, Kind.SWEEP_ENDED);
  }

  /// Reads every table for a verification.
  void verification() {
    read(OutboxRecord.Purpose.VERIFICATION, Kind.VERIFICATION_ENDED);
  }

  /// One table after the other: what was read stands in the outbox only after transactions that the
  /// reading has not seen.
  private void read(OutboxRecord.Purpose purpose, Kind ending) {
    for (TableId table : List.of(Shop.CUST, Shop.ADDR, Shop.ORD)) {
      var snapshot = new Snapshot(xid + 1, xid + 1, new long[0]);
      List<Row> rows = rows(table);
      for (int i = random.nextInt(3); i > 0; i--) {
        transaction();
      }
      for (Row row : rows) {
        next();
        add(new Swept(1, snapshot, xid * 1000, row, purpose));
        ended();
      }
      next();
      add(new Marker(ending, 1, table, "s" + xid, snapshot, xid * 1000));
      if (baseline < 0 && table.equals(Shop.ORD)) {
        baseline = offset;
      }
      ended();
    }
  }

  /// No snapshot of before can still arrive: deletions are forgotten.
  void horizon() {
    next();
    var snapshot = new Snapshot(xid + 1, xid + 1, new long[0]);
    add(new Marker(Kind.HORIZON, 1, null, "", snapshot, xid * 1000));
    ended();
  }

  private List<Row> rows(TableId table) {
    var rows = new ArrayList<Row>();
    if (table.equals(Shop.CUST)) {
      customers.forEach((no, it) -> rows.add(Shop.row(Shop.CUST_ROWS, no, it.name, it.note)));
    } else if (table.equals(Shop.ADDR)) {
      addresses.forEach((id, it) -> rows.add(Shop.row(Shop.ADDR_ROWS, id, it.customer, it.town)));
    } else {
      orders.forEach((id, it) -> rows.add(Shop.row(Shop.ORD_ROWS, id, it.code, it.state)));
    }
    return rows;
  }

  /// What the transaction that has just ended makes of the target.
  private void ended() {
    if (baseline < 0) {
      return;
    }
    var wanted = content();
    var poisoned = new HashSet<String>();
    customers.forEach(
        (no, it) -> {
          if (it.name.equals("poison")) {
            poisoned.add(customer(no));
          }
        });
    var state = new TreeMap<String, String>();
    wanted.forEach((key, value) -> state.put(key, value));
    for (String key : poisoned) {
      state.remove(key);
      if (forwarded.containsKey(key)) {
        state.put(key, forwarded.get(key));
      }
    }
    states.put(offset, state);
    refused.put(offset, poisoned);
    forward(state);
  }

  private void forward(Map<String, String> state) {
    var records = new ArrayList<Contract>();
    var keys = new java.util.TreeSet<>(state.keySet());
    keys.addAll(forwarded.keySet());
    for (String key : keys) {
      String content = state.get(key);
      if (!java.util.Objects.equals(content, forwarded.get(key))) {
        records.add(new Contract(offset, key, content, false));
      }
    }
    boolean first = contracts.isEmpty();
    if (first || records.isEmpty() && random.nextInt(3) == 0) {
      records.add(new Contract(offset, "", null, true));
    }
    for (int i = 0; i < records.size(); i++) {
      Contract record = records.get(i);
      boolean last = i == records.size() - 1;
      contracts.add(new Contract(record.outboxEnd, record.entity, record.content, last));
    }
    forwarded = state;
  }

  /// The watermark reaches the outbox's end.
  void end() {
    contracts.add(new Contract(offset, "", null, true));
  }

  private Map<String, String> content() {
    var content = new TreeMap<String, String>();
    customers.forEach(
        (no, it) -> content.put(customer(no), it.name + "|" + it.note + "|" + towns(no)));
    orders.forEach((id, it) -> content.put(order(it.code), it.state));
    return content;
  }

  private String towns(int customer) {
    var towns = new ArrayList<String>();
    addresses.forEach(
        (id, it) -> {
          if (it.customer == customer) {
            towns.add(id + "=" + it.town);
          }
        });
    return String.join(",", towns);
  }

  private Change change(Op op, @Nullable Row before, @Nullable Row after, int number) {
    TableId table =
        java.util.Objects.requireNonNull(after == null ? before : after).schema().table();
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid * 100 + number), 0);
    return new Change(op, position, false, xid * 1000, table, before, after);
  }

  static Change last(Change change) {
    return new Change(
        change.op(),
        change.position(),
        true,
        change.committedAt(),
        change.table(),
        change.before(),
        change.after());
  }

  private void change(List<Change> into) {
    switch (random.nextInt(6)) {
      case 0, 1 -> customerChange(into);
      case 2, 3 -> addressChange(into);
      default -> orderChange(into);
    }
  }

  private void customerChange(List<Change> into) {
    int no = random.nextInt(CUSTOMERS);
    Customer old = customers.get(no);
    Row key = Shop.row(Shop.CUST_ROWS, no, Row.UNKNOWN, Row.UNKNOWN);
    if (old != null && random.nextInt(4) == 0) {
      customers.remove(no);
      into.add(change(Op.DELETE, key, null, into.size()));
      return;
    }
    String name = List.of("Ann", "Bob", "Cid", "poison").get(random.nextInt(random.nextInt(3) + 2));
    boolean kept = random.nextBoolean();
    boolean keepNote = old != null && kept;
    String note =
        old != null && kept ? old.note : random.nextBoolean() ? null : "n" + random.nextInt(2);
    customers.put(no, new Customer(name, note));
    Object told = keepNote ? Row.UNKNOWN : note;
    into.add(
        change(
            old == null ? Op.INSERT : Op.UPDATE,
            null,
            Shop.row(Shop.CUST_ROWS, no, name, told),
            into.size()));
  }

  private void addressChange(List<Change> into) {
    int id = random.nextInt(4);
    Address old = addresses.get(id);
    if (old != null && random.nextInt(3) == 0) {
      addresses.remove(id);
      Row before = Shop.row(Shop.ADDR_ROWS, id, old.customer, Row.UNKNOWN);
      into.add(change(Op.DELETE, before, null, into.size()));
      return;
    }
    var next =
        new Address(random.nextInt(CUSTOMERS), List.of("Bern", "Rome").get(random.nextInt(2)));
    addresses.put(id, next);
    Row before = old == null ? null : Shop.row(Shop.ADDR_ROWS, id, old.customer, Row.UNKNOWN);
    Row after = Shop.row(Shop.ADDR_ROWS, id, next.customer, next.town);
    into.add(change(old == null ? Op.INSERT : Op.UPDATE, before, after, into.size()));
  }

  private void orderChange(List<Change> into) {
    long id = random.nextInt(ORDERS);
    Order old = orders.get(id);
    if (old != null && random.nextInt(3) == 0) {
      orders.remove(id);
      Row key = Shop.row(Shop.ORD_ROWS, id, Row.UNKNOWN, Row.UNKNOWN);
      into.add(change(Op.DELETE, key, null, into.size()));
      return;
    }
    String state = List.of("A", "B", "C").get(random.nextInt(3));
    long code = old == null || random.nextInt(4) == 0 ? freeCode() : old.code;
    orders.put(id, new Order(code, state));
    Row after = Shop.row(Shop.ORD_ROWS, id, code, state);
    into.add(change(old == null ? Op.INSERT : Op.UPDATE, null, after, into.size()));
  }

  private long freeCode() {
    var free = new ArrayList<Long>();
    for (long code = 0; code < CODES; code++) {
      long wanted = code;
      if (orders.values().stream().noneMatch(order -> order.code == wanted)) {
        free.add(code);
      }
    }
    return free.get(random.nextInt(free.size()));
  }
}
