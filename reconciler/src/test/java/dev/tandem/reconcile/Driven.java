package dev.tandem.reconcile;

import dev.tandem.generation.Place;
import dev.tandem.image.MemoryBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.RepairStop;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One partition of the [Shop] under test, driven record by record.
final class Driven implements Reconciler.Outlet {
  /// How many entities are taken at once.
  static final int STEP = 1000;

  final List<Divergence> events = new ArrayList<>();
  final List<LagReport> lags = new ArrayList<>();
  final List<byte[]> repairs = new ArrayList<>();
  final List<RepairStop> stops = new ArrayList<>();
  Reconciler reconciler;
  private final DomainPlan plan;
  private final Entities.KeyIds ids;
  private final Supplier<Beginning> beginning;
  private final ReconcileState state =
      new ReconcileState(
          MemoryBytes.image(), MemoryBytes.image(), new MemoryBytes(), new MemoryBytes());

  /// Microseconds since 1970-01-01T00:00Z.
  long now = 1_000_000;

  private long offset = -1;
  private long seen = -1;
  private long targetXid = 500;
  private int targetEpoch = 1;
  private Place place;
  private Shop.Writer writer;

  Driven(DomainPlan plan) {
    this(plan, Shop.KEY_IDS);
  }

  Driven(DomainPlan plan, Entities.KeyIds ids) {
    this(plan, ids, Beginning::ofHistory);
  }

  private Driven(DomainPlan plan, Entities.KeyIds ids, Supplier<Beginning> beginning) {
    this.plan = plan;
    this.ids = ids;
    this.beginning = beginning;
    place = new Place(plan.schema().orElse(null), 0);
    writer = new Shop.Writer(1, plan.fingerprint());
    reconciler = started();
  }

  private Reconciler started() {
    InstantSource clock = () -> Instant.EPOCH.plusNanos(now * 1000);
    return new Reconciler(
        new Reconciler.Setting(plan, 0, ids, Shop.HASH, STEP, clock),
        state,
        new Reconciler.Surroundings(
            this,
            ReconcileListener.NONE,
            new VerdictPosition(),
            new FirstLook(beginning.get()),
            VersionChunks.SIZE));
  }

  /// Judges nothing before both topics were read up to these ends.
  static Driven behind(PartitionEnds.Ends ends) {
    var driven = new Driven(Shop.PLAN, Shop.KEY_IDS, Beginning::ofPresent);
    driven.reconciler.tick(driven.now, ends);
    return driven;
  }

  /// Saves, and comes back.
  void restart() {
    reconciler.save();
    reconciler = started();
  }

  /// The target's capture begins anew, after a gap.
  void targetEpoch() {
    targetEpoch++;
    reconciler.observed(
        ++seen,
        new Marker(dev.tandem.wire.OutboxRecord.Kind.EPOCH, targetEpoch, null, "", null, 5));
  }

  void targetHorizon(String snapshot) {
    reconciler.observed(
        ++seen,
        new Marker(
            dev.tandem.wire.OutboxRecord.Kind.HORIZON,
            targetEpoch,
            null,
            "",
            Snapshot.parse(snapshot),
            5));
  }

  void sweptTarget(Row row) {
    sweptTarget("900:900:", row);
  }

  void sweptTarget(String snapshot, Row row) {
    reconciler.observed(++seen, new Swept(targetEpoch, Snapshot.parse(snapshot), 5, placed(row)));
  }

  /// A row in the table that the plan has.
  private Row placed(Row row) {
    return new Row(
        new RowSchema(placed(row.schema().table()), row.schema().fields()), row.values());
  }

  private TableId placed(TableId table) {
    return plan.schema().isPresent() && table.schema().equals("t")
        ? new TableId(plan.schema().get(), table.name())
        : table;
  }

  /// Other tables are put in the place of those observed, by a transaction whose id this answers
  /// with; they stand at a watermark.
  long exchange(long watermark) {
    place = new Place(place.schema(), targetXid + 1);
    apply(watermark);
    return targetXid;
  }

  /// The tables that are observed leave, and what takes their place is fed from another outbox.
  void leave(long watermark) {
    place = new Place(place.schema(), Place.LEFT);
    apply(watermark);
  }

  /// The same, with tables that are written with another mapping.
  long exchange(long watermark, String to) {
    writer = new Shop.Writer(writer.generation() + 1, to);
    return exchange(watermark);
  }

  /// The tables that are observed are written with this mapping.
  Driven writtenWith(String other) {
    writer = new Shop.Writer(1, other);
    return this;
  }

  /// Both baselines have passed, and the target stands at the outbox's end.
  static Driven live(DomainPlan plan) {
    return live(plan, Shop.KEY_IDS);
  }

  static Driven live(DomainPlan plan, Entities.KeyIds ids) {
    var driven = new Driven(plan, ids);
    driven.legacyBaselines();
    driven.targetBaselines();
    driven.apply(driven.offset);
    driven.tick();
    return driven;
  }

  static Driven live() {
    return live(Shop.PLAN);
  }

  /// Offset of the outbox record fed last.
  long offset() {
    return offset;
  }

  void legacyBaselines() {
    for (TableId table : List.of(Shop.CUST, Shop.ADDR, Shop.ORD)) {
      legacyMarker(dev.tandem.wire.OutboxRecord.Kind.SWEEP_ENDED, table, "1:1:");
    }
  }

  void legacyMarker(
      dev.tandem.wire.OutboxRecord.Kind kind, @Nullable TableId table, String snapshot) {
    reconciler.outbox(++offset, new Marker(kind, 1, table, "s", Snapshot.parse(snapshot), 5));
  }

  void targetBaselines() {
    targetBaselines("900:900:");
  }

  void targetBaselines(String snapshot) {
    for (TableId table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDERS)) {
      reconciler.observed(
          ++seen,
          new Marker(
              dev.tandem.wire.OutboxRecord.Kind.SWEEP_ENDED,
              targetEpoch,
              placed(table),
              "t",
              Snapshot.parse(snapshot),
              5));
    }
  }

  void sweptLegacy(String snapshot, Row row) {
    reconciler.outbox(++offset, new Swept(1, Snapshot.parse(snapshot), 5, row));
  }

  /// A row of a verification.
  void verifiedLegacy(String snapshot, Row row) {
    reconciler.outbox(
        ++offset,
        new Swept(
            1,
            Snapshot.parse(snapshot),
            5,
            row,
            dev.tandem.wire.OutboxRecord.Purpose.VERIFICATION));
  }

  static Change change(Op op, long xid, @Nullable Row before, @Nullable Row after) {
    TableId table =
        java.util.Objects.requireNonNull(after == null ? before : after).schema().table();
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
    return new Change(op, position, false, xid * 1000, table, before, after);
  }

  static Change put(long xid, Row row) {
    return change(Op.UPDATE, xid, null, row);
  }

  static Change gone(long xid, Row row) {
    return change(Op.DELETE, xid, row, null);
  }

  /// A legacy transaction.
  ///
  /// @return offset of its last record
  long legacy(Change... changes) {
    for (int i = 0; i < changes.length; i++) {
      reconciler.outbox(
          ++offset, i == changes.length - 1 ? LegacyHistory.last(changes[i]) : changes[i]);
    }
    return offset;
  }

  /// A record of a legacy transaction that goes on.
  void legacyOpen(Change change) {
    reconciler.outbox(++offset, change);
  }

  /// A transaction of apply that reaches a watermark.
  void apply(long watermark, Row... rows) {
    apply(Shop.checkpoint(watermark, true, place, writer), puts(rows));
  }

  /// A transaction of apply that ends inside a legacy one.
  void applyInside(long watermark, Row... rows) {
    apply(Shop.checkpoint(watermark, false, place, writer), puts(rows));
  }

  void applyDelete(long watermark, Row row) {
    apply(
        Shop.checkpoint(watermark, true, place, writer), List.of(gone(targetXid + 1, placed(row))));
  }

  private List<Change> puts(Row... rows) {
    var changes = new ArrayList<Change>();
    for (Row row : rows) {
      changes.add(put(targetXid + 1, placed(row)));
    }
    return changes;
  }

  private void apply(Row checkpoint, List<Change> rows) {
    var changes = new ArrayList<Change>();
    changes.add(put(targetXid + 1, checkpoint));
    changes.addAll(rows);
    observe(changes);
  }

  /// Apply could not write a record.
  void refuse(long watermark, byte[] contractKey, String reason) {
    Row refusal =
        Shop.row(Shop.REFUSAL_ROWS, "shop", "sales", 1, 0, contractKey, watermark, reason);
    apply(Shop.checkpoint(watermark, true, place), List.of(put(targetXid + 1, refusal)));
  }

  /// A record of the target that cannot be read.
  void unreadable() {
    reconciler.skipObserved(++seen);
  }

  /// Somebody else's transaction.
  void foreign(Row... rows) {
    observe(puts(rows));
  }

  void foreignDelete(Row row) {
    observe(List.of(gone(targetXid + 1, placed(row))));
  }

  private void observe(List<Change> changes) {
    targetXid++;
    for (int i = 0; i < changes.size(); i++) {
      reconciler.observed(
          ++seen, i == changes.size() - 1 ? LegacyHistory.last(changes.get(i)) : changes.get(i));
    }
  }

  void tick() {
    tick(new PartitionEnds.Heard(now, now));
  }

  /// All that was written has been read and translated.
  void tick(PartitionEnds.Heard heard) {
    var passed = new PartitionEnds.Passed(offset + 1, seen + 1, offset + 1);
    reconciler.tick(now, new PartitionEnds.Ends(offset + 1, seen + 1, passed, heard));
  }

  /// What is open, by entity and key.
  Map<String, Kind> open() {
    var open = new TreeMap<String, Kind>();
    for (Divergence event : events) {
      String name =
          event.entity() + " " + (event.key().isEmpty() ? "?" : event.key().getFirst().value());
      if (event.state() == State.CLOSED) {
        open.remove(name);
      } else {
        open.put(name, event.kind());
      }
    }
    return open;
  }

  static Row legacyOrder(long id, String state) {
    return legacyOrder(id, id, state);
  }

  static Row legacyOrder(long id, long code, String state) {
    return Shop.row(Shop.ORD_ROWS, id, code, state);
  }

  static byte[] customerKey(int number) {
    var key =
        new org.apache.avro.generic.GenericData.Record(Shop.PLAN.entities().get(0).mapping().key());
    key.put("number", number);
    return new EntityForm(Shop.PLAN.entities().get(0), Shop.HASH, Shop.CUSTOMER_KEY_ID)
        .contractKey(key);
  }

  static byte[] orderKey(long code) {
    var key =
        new org.apache.avro.generic.GenericData.Record(Shop.PLAN.entities().get(1).mapping().key());
    key.put("id", code);
    return new EntityForm(Shop.PLAN.entities().get(1), Shop.HASH, Shop.ORDER_KEY_ID)
        .contractKey(key);
  }

  static Row order(long id, String state) {
    return Shop.row(Shop.ORDERS_ROWS, id, state);
  }

  static Row legacyCustomer(int no, String name) {
    return Shop.row(Shop.CUST_ROWS, no, name, null);
  }

  static Row customer(int number, String name) {
    return Shop.row(Shop.CUSTOMER_ROWS, number, name, null, "ours");
  }

  static Row legacyAddress(int id, int customer, String town) {
    return Shop.row(Shop.ADDR_ROWS, id, customer, town);
  }

  static Row address(int customer, int id, String town) {
    return Shop.row(Shop.ADDRESS_ROWS, customer, id, town);
  }

  @Override
  public void divergence(byte[] key, Divergence event) {
    events.add(event);
  }

  @Override
  public void lag(LagReport report) {
    lags.add(report);
  }

  @Override
  public void repair(byte[] contractKey) {
    repairs.add(contractKey);
  }

  @Override
  public void stop(RepairStop stop) {
    stops.add(stop);
  }
}
