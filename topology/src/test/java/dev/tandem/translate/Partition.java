package dev.tandem.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.MemoryBytes;
import dev.tandem.plan.ContractSize;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One partition of the [Shop] under test: feed it outbox records, take what comes out, restart it.
final class Partition implements TranslateOutput {
  final MemoryRegistry registry = new MemoryRegistry();
  final State state = emptyState();
  final List<Refusal> refusals = new ArrayList<>();
  int parked;

  /// What the clock on the wall shows.
  long millis;

  private final ContractSchemas schemas = ContractSchemas.register(Shop.PLAN, registry);
  private final int step;
  private final DomainPlan plan;
  private final int number;
  private final int largest;
  private final List<Out> out = new ArrayList<>();
  private Translation translation;
  private long next;

  /// What was done since the last [#save()], what came of it, and the state as it was then.
  private final List<Runnable> done = new ArrayList<>();

  private final List<Out> since = new ArrayList<>();
  private State saved = copy(state);

  /// One contract record.
  ///
  /// @param value null for a deletion
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Out(String key, @Nullable String value, byte[] keyBytes, ContractPosition position) {
    /// Such as `UPSERT 7! Customer{…}`: kind, outbox end, `!` if it is the last, and content.
    String text() {
      return position.kind()
          + " "
          + position.outboxEnd()
          + (position.last() ? "! " : " ")
          + (value == null ? key : value);
    }
  }

  /// @param step aggregates that the first translation of everything visits at once
  Partition(int step) {
    this(step, Shop.PLAN, 0);
  }

  /// @param number of the partition
  Partition(int step, DomainPlan plan, int number) {
    this(step, plan, number, ContractSize.LARGEST);
  }

  private Partition(int step, DomainPlan plan, int number, int largest) {
    this.step = step;
    this.plan = plan;
    this.number = number;
    this.largest = largest;
    translation = started();
  }

  /// Goes on from what another has saved.
  ///
  /// @param number of the partition
  Partition(int step, DomainPlan plan, int number, Partition before) {
    this.step = step;
    this.plan = plan;
    this.number = number;
    this.largest = ContractSize.LARGEST;
    restore(state, before.saved);
    next = before.next;
    translation = started();
  }

  /// A partition whose contract records may have so many bytes, with its baselines.
  static Partition ofRecordsUpTo(int largest) {
    var partition = new Partition(1000, Shop.PLAN, 0, largest);
    partition.baselines();
    partition.take();
    return partition;
  }

  /// A partition whose baselines have passed, empty, with nothing left to take.
  static Partition withBaselines() {
    var partition = new Partition(1000);
    partition.baselines();
    partition.take();
    return partition;
  }

  private static State emptyState() {
    return new State(MemoryBytes.image(), new MemoryBytes());
  }

  private static State copy(State from) {
    State copy = emptyState();
    restore(copy, from);
    return copy;
  }

  private static void restore(State state, State from) {
    MemoryBytes.restore(state.image(), from.image());
    ((MemoryBytes) state.contractKeys()).become(from.contractKeys());
  }

  private Translation started() {
    var listener =
        new TranslateListener() {
          @Override
          public void parked(String entity) {
            parked++;
          }
        };
    return new Translation(
        new Translation.Setting(
            plan,
            number,
            schemas,
            step,
            new PoisonGuard(plan, 200, () -> 0),
            largest,
            () -> millis),
        state,
        this,
        listener);
  }

  /// Writes what is in memory to [#state], as a commit does.
  void save() {
    translation.save();
    done.clear();
    since.clear();
    saved = copy(state);
  }

  /// Dies without a commit: what was written since the last one is gone, and is done again. Fails
  /// unless the same comes of it.
  void crash() {
    var outBefore = List.copyOf(out);
    var before = since.stream().map(Out::text).toList();
    int parkedBefore = parked;
    var refusedBefore = List.copyOf(refusals);
    restore(state, saved);
    translation = started();
    since.clear();
    List.copyOf(done).forEach(Runnable::run);
    assertThat(since.stream().map(Out::text).toList()).isEqualTo(before);
    out.clear();
    out.addAll(outBefore);
    parked = parkedBefore;
    refusals.clear();
    refusals.addAll(refusedBefore);
  }

  private void play(Runnable action) {
    done.add(action);
    action.run();
  }

  void restart() {
    save();
    translation = started();
  }

  /// Offset of the record fed last.
  long offset() {
    return next - 1;
  }

  void feed(OutboxRecord record) {
    long offset = next++;
    play(() -> translation.accept(offset, record));
  }

  void feedUndecodable() {
    long offset = next++;
    var refusal = new Refusal("", null, "expected magic byte 0, found 7", "");
    play(() -> translation.undecodable(offset, refusal));
  }

  void tick() {
    play(() -> translation.tick());
  }

  void repair(byte[] key) {
    play(() -> translation.repair(key));
  }

  static Change change(Op op, long xid, @Nullable Row before, @Nullable Row after) {
    TableId table = Objects.requireNonNull(after == null ? before : after).schema().table();
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
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

  static Change truncation(long xid, TableId table) {
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
    return new Change(Op.TRUNCATE, position, true, xid * 1000, table, null, null);
  }

  void insert(long xid, Row row) {
    feed(last(change(Op.INSERT, xid, null, row)));
  }

  void update(long xid, Row row) {
    feed(last(change(Op.UPDATE, xid, null, row)));
  }

  void delete(long xid, Row row) {
    feed(last(change(Op.DELETE, xid, row, null)));
  }

  void swept(Snapshot snapshot, Row row) {
    feed(new Swept(1, snapshot, 5, row));
  }

  void marker(Kind kind, @Nullable TableId table, @Nullable Snapshot snapshot) {
    feed(new Marker(kind, 1, table, "s", snapshot, 5));
  }

  void baselines() {
    for (TableId table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER)) {
      marker(Kind.SWEEP_ENDED, table, Snapshot.parse("1:1:"));
    }
  }

  List<Out> take() {
    var taken = List.copyOf(out);
    out.clear();
    return taken;
  }

  List<String> taken() {
    return take().stream().map(Out::text).toList();
  }

  @Override
  public void version(int version, byte[] key, byte @Nullable [] value, ContractPosition position) {
    throw new AssertionError("the shop publishes no version, and now " + version);
  }

  @Override
  public void contract(byte[] key, byte @Nullable [] value, ContractPosition position) {
    var record =
        new Out(
            ContractReader.text(registry, key),
            value == null ? null : ContractReader.text(registry, value),
            key,
            position);
    out.add(record);
    since.add(record);
  }

  @Override
  public void deadLetter(Refusal refusal) {
    refusals.add(refusal);
  }
}
