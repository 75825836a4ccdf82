package dev.tandem.reconcile;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A random legacy history: the outbox that capture made of it, and for every position of the
/// outbox what the target should hold there. Now and then a change is lost before it is captured:
/// what the target should hold is then what is known, and a later sweep brings the rest. Content is
/// text, such as `Ann|a note|1=Bern,2=Rome`.
final class LegacyHistory {
  static final int CUSTOMERS = 4;
  static final int ORDERS = 3;

  /// Names that orders take from each other.
  static final int CODES = 6;

  /// States of orders that belong to the partition that is compared, and of those that do not.
  static final List<String> HERE = List.of(Shop.in(0, 0), Shop.in(0, 1), Shop.in(0, 2));

  /// Of that partition, too, and cannot be translated.
  static final String POISON = "poison" + Shop.in(0);

  /// What cannot be translated and has no code that is its own.
  static final String NAMELESS = "Order ?";

  static final List<String> AWAY = List.of(Shop.in(1, 0), Shop.in(1, 1));

  /// A record of the outbox.
  record At(long offset, OutboxRecord record) {}

  /// A record of the contract topic.
  ///
  /// @param content null for a deletion
  /// @param entity empty for a progress marker
  record Contract(long outboxEnd, String entity, @Nullable String content, boolean last) {}

  private static final long NONE = -1;

  private record Customer(String name, @Nullable String note) {}

  private record Address(int customer, String town) {}

  private record Order(long code, String state) {}

  private final Random random;
  private final boolean moves;

  /// Codes of the orders that the transaction at hand has inserted.
  private final Set<Long> inserted = new HashSet<>();

  /// Orders that got another code, or were deleted, in the transaction at hand: what such a one is
  /// called if it moves after that depends on when it was looked at first.
  private final Set<Long> recoded = new HashSet<>();

  /// Orders that were deleted, which was not captured.
  private final Set<Long> vanished = new HashSet<>();

  /// Orders that moved in the transaction at hand.
  private final Set<Long> moved = new HashSet<>();

  final List<At> outbox = new ArrayList<>();
  final List<Contract> contracts = new ArrayList<>();

  /// By outbox offset: what the target should hold from there on.
  final NavigableMap<Long, Map<String, String>> states = new TreeMap<>();

  /// By outbox offset: which entities cannot be translated from there on.
  final NavigableMap<Long, Set<String>> refused = new TreeMap<>();

  /// By outbox offset: what a sweep has shown there that no change had told.
  final Map<Long, Map<String, Divergence.Kind>> surprises = new HashMap<>();

  /// Offset of the last baseline's end.
  long baseline = -1;

  private final Map<Integer, Customer> customers = new TreeMap<>();
  private final Map<Integer, Address> addresses = new TreeMap<>();
  private final Map<Long, Order> orders = new TreeMap<>();
  private Map<String, String> forwarded = new TreeMap<>();

  /// As whoever compares knows it.
  private final KnownLegacy compared = new KnownLegacy();

  /// As translation knows it, which verifications tell nothing.
  private final KnownLegacy translated = new KnownLegacy();

  private long offset;
  private long xid = 10;
  private int epoch = 1;

  /// @param moves whether orders go to the other partition and come back: each is a finding
  LegacyHistory(Random random, boolean moves) {
    this.random = random;
    this.moves = moves;
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
    inserted.clear();
    recoded.clear();
    moved.clear();
    var changes = new ArrayList<Change>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      change(changes);
    }
    for (int i = 0; i < changes.size(); i++) {
      write(i == changes.size() - 1 ? last(changes.get(i)) : changes.get(i));
    }
    if (!changes.isEmpty()) {
      ended();
    }
  }

  private void write(Change change) {
    next();
    add(change);
    if (baseline >= 0) {
      compared.change(change);
      translated.change(change);
    }
  }

  /// A transaction that capture never sees. An order keeps its code and its partition, or is
  /// deleted, and then another may take its code.
  void lose() {
    xid++;
    var lost = new ArrayList<Change>();
    switch (random.nextInt(3)) {
      case 0 -> customerChange(lost);
      case 1 -> addressChange(lost);
      default -> {
        long id = random.nextInt(ORDERS);
        Order old = orders.get(id);
        if (vanished.contains(id) || old != null && (!isHere(old) || isContested(id, old.code))) {
          return;
        }
        if (old != null && (POISON.equals(old.state) || random.nextInt(3) == 0)) {
          orders.remove(id);
          vanished.add(id);
          return;
        }
        long code = old == null ? freeCode(id, Set.of()) : old.code;
        if (code != NONE) {
          orders.put(id, new Order(code, here()));
        }
      }
    }
  }

  /// The source begins anew, where numbers may go back; a transaction may be cut off by that, and
  /// changes lost. Every table is swept again.
  ///
  /// @param losses how many
  void restart(int losses) {
    if (random.nextBoolean()) {
      xid++;
      inserted.clear();
      recoded.clear();
      moved.clear();
      var changes = new ArrayList<Change>();
      change(changes);
      changes.forEach(this::write);
    }
    for (int i = losses; i > 0; i--) {
      lose();
    }
    epoch++;
    xid = random.nextInt(20);
    next();
    add(new Marker(Kind.EPOCH, epoch, null, "", null, xid * 1000));
    ended();
    for (int i = random.nextInt(3); i > 0; i--) {
      transaction();
    }
    sweep();
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
        add(new Swept(epoch, snapshot, xid * 1000, row, purpose));
        if (baseline >= 0) {
          surprised(compared.swept(epoch, snapshot.xmax(), row));
          if (purpose == OutboxRecord.Purpose.LOAD) {
            translated.swept(epoch, snapshot.xmax(), row);
          }
        }
        ended();
      }
      next();
      add(new Marker(ending, epoch, table, "s" + xid, snapshot, xid * 1000));
      if (baseline >= 0) {
        surprised(compared.ended(table, epoch, snapshot.xmax()));
        if (purpose == OutboxRecord.Purpose.LOAD) {
          translated.ended(table, epoch, snapshot.xmax());
        }
      } else if (table.equals(Shop.ORD)) {
        baseline = offset;
        for (TableId each : List.of(Shop.CUST, Shop.ADDR, Shop.ORD)) {
          rows(each).forEach(compared::knows);
          rows(each).forEach(translated::knows);
        }
      }
      ended();
    }
  }

  private void surprised(Map<String, Divergence.Kind> shown) {
    if (!shown.isEmpty()) {
      surprises.put(offset, shown);
    }
  }

  /// No snapshot of before can still arrive: deletions are forgotten.
  void horizon() {
    next();
    var snapshot = new Snapshot(xid + 1, xid + 1, new long[0]);
    add(new Marker(Kind.HORIZON, epoch, null, "", snapshot, xid * 1000));
    ended();
  }

  /// Records that say nothing, as capture writes them behind a large transaction.
  void pauses() {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      next();
      add(Marker.pause(1, xid * 1000));
    }
  }

  private List<Row> rows(TableId table) {
    var rows = new ArrayList<Row>();
    if (table.equals(Shop.CUST)) {
      customers.forEach((no, it) -> rows.add(Shop.row(Shop.CUST_ROWS, no, it.name, it.note)));
    } else if (table.equals(Shop.ADDR)) {
      addresses.forEach((id, it) -> rows.add(Shop.row(Shop.ADDR_ROWS, id, it.customer, it.town)));
    } else {
      orders.forEach(
          (id, it) -> {
            if (isHere(it)) {
              rows.add(row(id, it));
            }
          });
    }
    return rows;
  }

  /// What the transaction that has just ended makes of the target.
  private void ended() {
    if (baseline < 0) {
      return;
    }
    compared.settle();
    translated.settle();
    states.put(offset, compared.content());
    refused.put(offset, compared.untranslatable());
    Map<String, String> state = translated.content();
    for (String key : translated.untranslatable()) {
      state.remove(key);
      if (forwarded.containsKey(key)) {
        state.put(key, forwarded.get(key));
      }
    }
    forward(state);
  }

  private void forward(Map<String, String> state) {
    var records = new ArrayList<Contract>();
    var keys = new TreeSet<>(state.keySet());
    keys.addAll(forwarded.keySet());
    for (String key : keys) {
      String content = state.get(key);
      if (!Objects.equals(content, forwarded.get(key))) {
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

  /// Where what is expected of an entity changed last. While it cannot be translated nothing is
  /// forwarded, and nothing has changed where it is the same again.
  long movedAt(String entity) {
    long at = -1;
    long refusedFrom = -1;
    String before = "";
    for (var each : states.entrySet()) {
      if (refused.getOrDefault(each.getKey(), Set.of()).contains(entity)) {
        refusedFrom = refusedFrom < 0 ? each.getKey() : refusedFrom;
        continue;
      }
      refusedFrom = -1;
      String now = "is " + each.getValue().get(entity);
      if (!now.equals(before)) {
        before = now;
        at = each.getKey();
      }
    }
    return Math.max(at, refusedFrom);
  }

  /// The watermark reaches the outbox's end.
  void end() {
    contracts.add(new Contract(offset, "", null, true));
  }

  private Change change(Op op, @Nullable Row before, @Nullable Row after, int number) {
    TableId table = Objects.requireNonNull(after == null ? before : after).schema().table();
    return new Change(op, position(number), false, xid * 1000, table, before, after);
  }

  private ChangePosition position(int number) {
    return new ChangePosition(epoch, Lsn.ZERO, xid, new Lsn(xid * 100 + number), 0);
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
    if (random.nextInt(40) == 0) {
      truncate(into);
      return;
    }
    switch (random.nextInt(6)) {
      case 0, 1 -> customerChange(into);
      case 2, 3 -> addressChange(into);
      default -> orderChange(into);
    }
  }

  private void truncate(List<Change> into) {
    TableId table = List.of(Shop.CUST, Shop.ADDR, Shop.ORD).get(random.nextInt(3));
    if (table.equals(Shop.ORD)) {
      recoded.addAll(orders.keySet());
    }
    (table.equals(Shop.CUST) ? customers : table.equals(Shop.ADDR) ? addresses : orders).clear();
    into.add(new Change(Op.TRUNCATE, position(into.size()), false, xid * 1000, table, null, null));
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
    boolean keepNote = old != null && kept && isKnown(no);
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

  /// Whether a value that is not told is known to everybody.
  private boolean isKnown(int customer) {
    return baseline < 0 || compared.holds(customer, epoch) && translated.holds(customer, epoch);
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

  private static boolean isHere(Order order) {
    return isHere(order.state);
  }

  static boolean isHere(Row order) {
    return isHere(String.valueOf(order.value("state")));
  }

  private static boolean isHere(String state) {
    return HERE.contains(state) || POISON.equals(state);
  }

  /// Whether another order is known, by somebody, to have the code that this one has. Whose it is
  /// depends then on when everything is looked at first, if this one leaves it.
  private boolean isContested(long id, long code) {
    return compared.isContested(code, id) || translated.isContested(code, id);
  }

  /// Whether an order that cannot be translated is called by its code, whenever it is looked at
  /// first: it must have had no other.
  private boolean mayBePoison(long id, long code) {
    return compared.isCode(code, id) && translated.isCode(code, id) && !isContested(id, code);
  }

  private String here() {
    return HERE.get(random.nextInt(HERE.size()));
  }

  private static Row row(long id, Order order) {
    return Shop.row(Shop.ORD_ROWS, id, order.code, order.state);
  }

  /// An order may go to the other partition, and come back. Of what happens there nothing is heard
  /// here; a change of the code with the partition is a leave or an enter.
  private void orderChange(List<Change> into) {
    long id = random.nextInt(ORDERS);
    Order old = orders.get(id);
    if (old != null && isContested(id, old.code)) {
      if (isHere(old)) {
        var next = new Order(old.code, here());
        orders.put(id, next);
        into.add(change(Op.UPDATE, row(id, old), row(id, next), into.size()));
      }
      return;
    }
    if (old != null && random.nextInt(3) == 0) {
      orders.remove(id);
      recoded.add(id);
      if (isHere(old)) {
        into.add(change(Op.DELETE, row(id, old), null, into.size()));
      }
      return;
    }
    boolean keeps = moved.contains(id) || random.nextInt(4) > 0;
    long free = old == null || !keeps ? freeCode(id, vanished) : NONE;
    if (old == null && free == NONE) {
      return;
    }
    long code = free == NONE ? Objects.requireNonNull(old).code : free;
    boolean away =
        moves && random.nextInt(8) == 0 || old != null && !isHere(old) && random.nextBoolean();
    boolean was = old != null && isHere(old);
    boolean goes = old != null && recoded.contains(id) ? !was : away;
    boolean isKnownOtherwise = !compared.isCode(code, id) || !translated.isCode(code, id);
    if (old != null && (old.code != code || !was && !goes && isKnownOtherwise)) {
      recoded.add(id); // One that vanished may have come back with it elsewhere.
    }
    boolean poison = moves && random.nextInt(4) == 0 && mayBePoison(id, code);
    String home = poison ? POISON : here();
    var next = new Order(code, goes ? AWAY.get(random.nextInt(AWAY.size())) : home);
    orders.put(id, next);
    vanished.remove(id);
    if (old != null && was != isHere(next)) {
      moved.add(id);
    }
    boolean is = isHere(next);
    Row before = old == null ? null : row(id, old);
    Row after = row(id, next);
    boolean keepsKey = old != null && old.code == code;
    boolean isNew = inserted.contains(code);
    if (old == null || (!keepsKey || isNew) && was != is) {
      if (was) {
        into.add(change(Op.DELETE, before, null, into.size()));
      } else if (is) {
        into.add(change(Op.INSERT, null, after, into.size()));
        inserted.add(code);
      }
    } else if (was || is) {
      into.add(change(Op.UPDATE, before, after, into.size()));
    }
  }

  /// A code that no order has, nor had as far as anybody knows, but those that are gone; one of
  /// theirs if there is.
  private long freeCode(long taker, Set<Long> gone) {
    var free = new ArrayList<Long>();
    for (long code = 0; code < CODES; code++) {
      long wanted = code;
      boolean taken = orders.values().stream().anyMatch(order -> order.code == wanted);
      if (!taken
          && compared.isLeft(wanted, taker, gone)
          && translated.isLeft(wanted, taker, gone)) {
        free.add(code);
        if (isContested(taker, code)) {
          return code;
        }
      }
    }
    return free.isEmpty() ? NONE : free.get(random.nextInt(free.size()));
  }
}
