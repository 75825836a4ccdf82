package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.reconcile.DueKeys.Due;
import dev.tandem.reconcile.EntityState.ShownBy;
import dev.tandem.reconcile.EntityState.Surprise;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.RepairStop;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// Reconciles one partition of a domain: outbox and observed records in, in any interleaving;
/// divergences, lag reports and repairs out.
///
/// An entity is judged at V ([VerdictPosition]): what was expected there against what was last seen
/// at or below it. Every entity whose expectation moved when V did is judged, so that a write that
/// never happened is found as surely as a wrong one; and each that was seen, as soon as V reaches
/// where it was seen. Nothing is judged before the baselines of both sides have passed and V has
/// reached what both had read by then; at that V every entity is judged once (DESIGN invariants 5
/// and 6).
///
/// What is much is done in steps, one between two commits, so that Kafka's transaction does not end
/// in the middle: a large transaction of either side, and the judging of what has become due. V
/// stands until everything that is due at it was judged; records go on being taken meanwhile.
///
/// Not thread-safe. What it must remember is in its [ReconcileState] once [#save()] has returned.
final class Reconciler {
  /// It reports once a second, and a moment early rather than a tick later; microseconds.
  private static final long REPORTED = 900_000;

  private static final byte[] MARK = {3};

  private final Setting setting;
  private final ReconcileState state;
  private final ReconcileListener listener;
  private final EntityStates states;
  private final Entities entities;
  private final ExpectedSide expected;
  private final ObservedSide observed;
  private final VerdictPosition position;

  private final Agenda agenda;
  private final Ledger ledger;
  private final Repairs repairs;
  private final Judge judge;
  private final LagMeter meter = new LagMeter();
  private final Reports reports;

  private final FirstLook first;

  /// How many records were taken.
  private long taken;

  private long reportedAt;

  /// When the target committed the watermark that is V, microseconds since 1970-01-01T00:00Z.
  private long reachedAt;

  /// Whether a step of something large was taken since the last commit.
  private boolean stepped;

  /// What a reconciler is made for and runs with.
  ///
  /// @param step how many entities are visited, taken or judged at once
  record Setting(
      DomainPlan plan,
      int partition,
      Entities.KeyIds ids,
      SipHash hash,
      int step,
      InstantSource clock) {}

  /// Where results go.
  interface Outlet {
    /// @param key the entity's contract key
    void divergence(byte[] key, Divergence event);

    void lag(LagReport report);

    /// Asks translation to forward an entity's current record again.
    void repair(byte[] contractKey);

    void stop(RepairStop stop);
  }

  Reconciler(Setting setting, ReconcileState state, Outlet outlet, ReconcileListener listener) {
    this(
        setting,
        state,
        new Surroundings(
            outlet, listener, new VerdictPosition(), new FirstLook(), VersionChunks.SIZE));
  }

  /// What is around it.
  ///
  /// @param position the rule of V, new
  /// @param first the look at everything that comes before, new
  /// @param chunk versions of one entity that are put away together
  record Surroundings(
      Outlet outlet,
      ReconcileListener listener,
      VerdictPosition position,
      FirstLook first,
      int chunk) {}

  Reconciler(Setting setting, ReconcileState state, Surroundings around) {
    Outlet outlet = around.outlet;
    this.setting = setting;
    this.state = state;
    this.listener = around.listener;
    Comparison.requireSame(setting.plan, state.due());
    states =
        new EntityStates(
            state.entities(), new VersionChunks(state.due(), around.chunk), setting.hash);
    entities = new Entities(setting.plan, setting.ids, setting.hash);
    agenda = new Agenda(state.due(), setting.step);
    var ledgerSetting =
        new Ledger.Setting(setting.plan, setting.partition, setting.hash, setting.clock);
    ledger =
        new Ledger(ledgerSetting, entities, new Ledger.Stored(outlet, state.due()), () -> taken);
    var books = new Repairs.Books(entities, states, ledger, new Claimers(state.due()));
    repairs = new Repairs(setting, books, outlet, listener);
    judge = new Judge(setting, books, repairs, around);
    first = around.first;
    position = around.position;
    var standing = new Reports.Standing(position, first, agenda.waiting(), ledger, repairs.desk());
    reports = new Reports(setting, standing, meter, around);
    load();
    var sides =
        new ExpectedSide.Setting(
            setting.plan, setting.partition, setting.step, setting.clock::millis);
    expected = new ExpectedSide(sides, state.legacy(), entities, states, new FromLegacy());
    observed = new ObservedSide(sides, state.target(), entities, states, new FromTarget());
  }

  /// Takes the outbox record at an offset.
  void outbox(long offset, OutboxRecord record) {
    expected.accept(offset, record);
    settle();
  }

  /// Takes the observed record at an offset.
  void observed(long offset, OutboxRecord record) {
    observed.accept(offset, record);
    settle();
  }

  /// Passes an outbox record that cannot be read.
  void skipOutbox(long offset) {
    expected.skip(offset);
    settle();
  }

  /// Passes an observed record that cannot be read.
  void skipObserved(long offset) {
    observed.skip(offset);
    settle();
  }

  /// Somebody has asked for the repair of an entity by hand.
  void asked(byte[] contractKey) {
    repairs.asked(contractKey, position.position());
  }

  /// Offset of the outbox record taken last, -1 before the first.
  long seenOfOutbox() {
    return expected.seen();
  }

  /// Offset of the observed record taken last, -1 before the first.
  long seenOfObserved() {
    return observed.seen();
  }

  /// Goes on with what is under way, and once a second says how far it is.
  ///
  /// @param time microseconds since 1970-01-01T00:00Z
  /// @return whether there is something to go on with before a record comes
  boolean tick(long time, PartitionEnds.Ends ends) {
    first.note(ends);
    settle();
    first.next(states, setting.step).forEach(judge::judge);
    repairs.brake(time);
    if (time - reportedAt >= REPORTED) {
      reportedAt = time;
      if (first.isLive()) {
        repairs.round(position.position(), time());
      }
      reports.say(time, ends, isUnderWay());
    }
    return !first.isOver() || isUnderWay() || expected.isPuttingOff();
  }

  /// Whether entities are judged.
  boolean isLive() {
    return first.isLive();
  }

  /// Whether each entity has been judged once since.
  boolean hasJudgedAll() {
    return first.isOver();
  }

  /// V.
  long position() {
    return position.position();
  }

  /// Whether a large transaction was not taken whole yet, or something due at V was not judged.
  boolean isUnderWay() {
    return expected.isUnderWay() || observed.isUnderWay() || isBehind();
  }

  /// Whether more can be done as soon as there was a commit.
  boolean wantsCommit() {
    return stepped && isUnderWay();
  }

  void save() {
    stepped = false;
    expected.save();
    observed.save();
    states.save();
    agenda.save();
    saveMark();
  }

  private void settle() {
    taken++;
    boolean isFree = !stepped;
    if (isFree && (expected.isUnderWay() || observed.isUnderWay())) {
      stepped = true;
      expected.step();
      observed.step();
      meter.moved(time());
    }
    expected.catchUp();
    first.visit(expected, observed);
    position.readTo(expected.readTo());
    if (isFree || !isBehind()) {
      advance();
    }
    agenda.step().forEach(first.isLive() ? judge::judge : judge::pass);
    if (!observed.isUnderWay() && !isBehind()) {
      position.judgedAll();
    }
  }

  private void advance() {
    take();
    while (!isBehind()) {
      long before = position.position();
      var reached = position.advance();
      if (reached == null) {
        break;
      }
      reachedAt = reached.committedAt();
      if (position.position() > before) {
        meter.moved(time());
      }
      first.reach(position.position());
      take();
    }
    first.reach(position.position());
    if (isBehind()) {
      // V stands while what is due at it is judged: that is no standstill.
      meter.moved(time());
      stepped = true;
    }
  }

  private void take() {
    agenda.take(position.position(), this::reconciled);
  }

  private void reconciled(Due due) {
    if (due.committedAt() > 0) {
      long time = time();
      meter.reconciled(due.committedAt(), reachedAt, time);
      listener.reconciled(reachedAt - due.committedAt(), time - due.committedAt());
    }
  }

  private boolean isBehind() {
    return agenda.isBehind(position.position());
  }

  private long time() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, setting.clock.instant());
  }

  private final class FromLegacy implements ExpectedSide.Moves {
    @Override
    public void moved(StateKey entity, End end) {
      agenda.moved(entity, end.offset(), end.committedAt());
    }

    @Override
    public void surprised(StateKey entity, Surprise surprise, ShownBy by) {
      agenda.moved(entity, surprise.at(), 0);
      EntityState known = states.get(entity);
      if (known != null) {
        known.surprise = surprise;
        known.withheld = by == ShownBy.VERIFICATION;
        if (first.isLive()) {
          judge.tell(entity, known);
        }
        states.put(entity, known);
      }
    }

    @Override
    public void given(StateKey entity, End end) {
      EntityState known = states.get(entity);
      if (known != null && known.withheld) {
        known.withheld = false;
        states.put(entity, known);
        agenda.moved(entity, end.offset(), 0);
      }
    }

    @Override
    public void nameless(EntityPlan entity, String reason) {
      listener.nameless(entity.name());
    }
  }

  private final class FromTarget implements ObservedSide.Moves {
    @Override
    public void seen(StateKey entity, long at) {
      if (at > position.position()) {
        agenda.seen(entity, at);
      } else if (first.isLive()) {
        agenda.due(entity, position.position());
      }
    }

    @Override
    public void stepped() {
      meter.moved(time());
    }

    @Override
    public void settled(long watermark, long committedAt) {
      position.observed(watermark, committedAt);
    }

    @Override
    public void renewed() {
      first.renew();
    }

    @Override
    public void unplaced(EntityPlan entity, String reason) {
      listener.nameless(entity.name());
    }
  }

  private void load() {
    byte[] saved = state.due().get(MARK);
    if (saved == null) {
      return;
    }
    var in = new ByteSource(saved);
    first.decode(in);
    repairs.desk().resume(in.take() == 1);
    taken = in.takeVarint();
    position.decode(in);
    reachedAt = in.isEmpty() ? 0 : in.takeVarint();
    first.decodeBeginning(in);
  }

  private void saveMark() {
    var out = new ByteSink();
    first.encode(out);
    out.put(repairs.desk().isStopped() ? 1 : 0);
    out.putVarint(taken);
    position.encode(out);
    out.putVarint(reachedAt);
    first.encodeBeginning(out);
    state.due().put(MARK, out.toByteArray());
  }
}
