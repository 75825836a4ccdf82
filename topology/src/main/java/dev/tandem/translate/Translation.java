package dev.tandem.translate;

import dev.tandem.image.Image.ListRow;
import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.Late;
import dev.tandem.image.Placement;
import dev.tandem.image.Rest;
import dev.tandem.image.SavedKeys;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.ContractSize;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MinuteLimit;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.translate.Aggregates.Wish;
import dev.tandem.translate.ContractStream.Stamp;
import dev.tandem.translate.TranslateOutput.Refusal;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.VersionSwitch;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Translates one partition of a domain: outbox records in, contract records out.
///
/// Rows are merged as they arrive ([ImageFeed]); what they touch is translated at the end of their
/// transaction, in order of first touch (DESIGN invariant 3). A repair takes effect between
/// transactions.
///
/// When the baselines have passed, everything kept is translated once, in steps, so that no step
/// outlasts a Kafka transaction. Until that is done the stream is like one long transaction: no
/// record is marked last, so that the watermark does not move over a half-filled target.
///
/// A published version that is new is filled in such steps too, between transactions.
///
/// So is a large transaction, one that touched more aggregates than a step takes:
/// 1. At its end what it touched is put away ([Rest]), and the first step is taken; its records are
///    not marked last. (One whose last record was lost is translated at once.)
/// 2. Each record that changes nothing, and each tick, takes another step if there was a commit
///    since the one before: Kafka Streams hands many records over between two commits. Capture
///    writes enough of such records behind a large transaction, since nothing else lets Kafka
///    commit between this transaction and the next one.
/// 3. Before a record that may change something is taken, all that is left is translated: what is
///    forwarded is as the transaction left it, and nothing of a later one goes before it.
/// 4. Then a progress marker ends it, and only then repairs are done.
///
/// So is one record that takes many kept rows away (a truncation, or the end of a sweep that did
/// not meet them): first the rows go, then what they touched is translated, in such steps.
///
/// A large aggregate that one swept row after the other touches waits ([Late]). Meanwhile the
/// stream is like one long transaction, too: what is forwarded of others is not marked last, so
/// that the watermark does not pass a swept row that is not downstream.
///
/// Not thread-safe. What it must remember is in its [State] once [#save()] has returned; until then
/// a part of it is in memory, so that a row which is changed twice is written once. Whoever commits
/// calls it first, and a translation that was not saved must be thrown away with what it wrote.
final class Translation implements ImageFeed.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Translation.class);
  private static final int REPAIRS = 1;
  private static final int REST = 2;
  private static final int LATE = 3;
  private static final int MISSED = 4;
  private final Progress progress;
  private final SavedKeys repairs;
  private final Rest rest;
  private final Late late;
  private final VersionFill fill;
  private final int step;
  private final ImageFeed feed;
  private final ContractStream stream;
  private final Aggregates aggregates;

  /// Whether a step was taken since the last commit.
  private boolean hasStepped;

  /// What a translation is made for and runs with.
  ///
  /// @param step how many aggregates the first translation of everything visits at once
  /// @param guard what stops the domain
  /// @param largest bytes that key and value of a record may have together
  /// @param millis of the clock on the wall
  record Setting(
      DomainPlan plan,
      int partition,
      ContractSchemas schemas,
      int step,
      PoisonGuard guard,
      int largest,
      LongSupplier millis) {
    /// With what a topic takes, and nothing put off.
    Setting(DomainPlan plan, int partition, ContractSchemas schemas, int step, PoisonGuard guard) {
      this(plan, partition, schemas, step, guard, ContractSize.LARGEST, Late.none());
    }
  }

  Translation(Setting setting, State state, TranslateOutput output, TranslateListener listener) {
    DomainPlan plan = setting.plan;
    progress = new Progress(state.image().marks());
    step = setting.step;
    fill =
        new VersionFill(
            plan,
            setting.schemas,
            new VersionFill.Kept(
                state.image().marks(),
                state.contractKeys(),
                new MissedDeletions(state.image().open(), MISSED)));
    repairs = new SavedKeys(state.image().open(), REPAIRS);
    rest = new Rest(state.image().open(), REST);
    late = new Late(state.image().open(), LATE, setting.millis);
    var here = new Placement.Here(setting.partition, plan.partitions());
    feed =
        new ImageFeed(
            new ImageFeed.Setting(TableUses.ofLegacy(plan), here, plan.baselines(), setting.step),
            state.image(),
            this);
    var codec = new ContractCodec(plan, setting.schemas);
    stream = new ContractStream(output, codec, fill, progress);
    aggregates =
        new Aggregates(
            feed.image(),
            state.contractKeys(),
            new Aggregates.Downstream(
                stream,
                codec,
                fill,
                output,
                listener,
                setting.guard,
                setting.largest,
                letters(setting)));
  }

  private static MinuteLimit letters(Setting setting) {
    DomainPlan plan = setting.plan;
    return new MinuteLimit(
        plan.poison().share(plan.partitions()),
        setting.millis,
        count ->
            LOG.warn(
                "{}, partition {}: {} dead letters of other versions were left out",
                plan.name(),
                setting.partition,
                count));
  }

  /// Takes the outbox record at an offset.
  ///
  /// @throws DomainStoppedException if too much cannot be translated
  void accept(long offset, OutboxRecord record) {
    while (isUnderWay() && !record.isPause()) {
      goOn();
    }
    feed.accept(offset, record);
    settle();
  }

  /// Offset of the outbox record taken last, -1 before the first.
  long seen() {
    return feed.seen();
  }

  /// Passes an outbox record that is for a verification: it changes nothing here, and the watermark
  /// reaches it all the same.
  void pass(long offset) {
    feed.skip(offset);
    settle();
  }

  /// Passes an outbox record that cannot be read.
  void undecodable(long offset, Refusal refusal) {
    aggregates.refuse(refusal);
    feed.skip(offset);
    settle();
  }

  /// Forwards the current record of a contract key again, at the end of the open transaction if
  /// there is one, and when the first translation of everything is done.
  void repair(byte[] contractKey) {
    repairs.add(new StateKey(contractKey));
    settle();
  }

  /// Publishes an entity as a version from here on, or does so no longer.
  ///
  /// @return whether that changes anything
  boolean turn(VersionSwitch order) {
    boolean turned = fill.turn(order);
    settle();
    return turned;
  }

  /// Goes on with what is under way; if nothing is, and the outbox was read further than was
  /// forwarded, says so downstream, so that the watermark reaches the outbox's end (C4).
  ///
  /// @return whether there is something to go on with before a record comes
  boolean tick() {
    boolean idle = !feed.isOpen() && feed.phase() == Phase.DONE && !isUnderWay();
    if (idle && late.isEmpty() && feed.seen() > progress.forwarded) {
      stream.mark(here());
      settle();
    } else if (feed.phase() == Phase.SCANNING
        || isUnderWay()
        || idle && (fill.isPending() || late.isDue())) {
      settle();
    }
    return feed.phase() == Phase.SCANNING
        || isUnderWay()
        || idle && (fill.isPending() || !late.isEmpty() || feed.seen() > progress.forwarded);
  }

  private void settle() {
    // Before the first record there is nothing to translate: a domain may have no baselines.
    if (isUnderWay()) {
      if (!hasStepped) {
        goOn();
        hasStepped = true;
      }
      return;
    }
    if (feed.isOpen() || feed.seen() < 0) {
      return;
    }
    if (feed.phase() == Phase.SCANNING) {
      translateNext();
    }
    if (feed.phase() == Phase.DONE && (late.isDue() || !repairs.isEmpty())) {
      ended(late.isDue() ? late.takeAll() : List.of(), feed.here());
    }
    if (feed.phase() == Phase.DONE && fill.isPending()) {
      stream.begin(here());
      fill.step(step, aggregates);
    }
  }

  /// Whether more can be done as soon as there was a commit.
  boolean wantsCommit() {
    return hasStepped && isUnderWay();
  }

  /// Writes what it must remember to its [State]; to be called before each commit.
  void save() {
    hasStepped = false;
    feed.save();
    repairs.save();
    fill.save();
    rest.save();
    late.save();
    progress.save();
  }

  @Override
  public void refused(EntityPlan entity, MappingException reason) {
    aggregates.refuse(new Refusal(entity.name(), null, String.valueOf(reason.getMessage()), ""));
  }

  @Override
  public void ended(List<StateKey> touched, End end) {
    // One whose last record was lost ends before the record in hand, which is taken next.
    if (touched.size() > step && !feed.isTorn()) {
      rest.begin(touched, end, step);
      return;
    }
    stream.begin(stamp(end));
    touched.forEach(this::translate);
    if (feed.phase() == Phase.SCANNING) {
      stream.pause();
      return;
    }
    repairs.takeAll().forEach(aggregates::repair);
    if (late.isEmpty()) {
      stream.end();
    } else {
      stream.pause();
    }
  }

  @Override
  public void listed(StateKey aggregate, ListRow row, End end) {
    if (!late.putsOff(aggregate)) {
      stream.begin(stamp(end));
      translate(aggregate);
    }
  }

  private void translate(StateKey aggregate) {
    var loaded = feed.image().load(aggregate);
    aggregates.translate(loaded, Wish.IF_CHANGED);
    late.turn(loaded);
  }

  /// Whether something large was not taken, or not translated, whole yet.
  private boolean isUnderWay() {
    return feed.isPurging() || !rest.isEmpty();
  }

  private void goOn() {
    if (feed.isPurging()) {
      feed.purge();
    } else {
      translateRest();
    }
  }

  /// The next step of a large transaction.
  private void translateRest() {
    Stamp stamp = stamp(rest.end());
    stream.begin(stamp);
    rest.take(step).forEach(this::translate);
    boolean isLast = rest.isEmpty() && feed.phase() == Phase.DONE;
    if (isLast) {
      repairs.takeAll().forEach(aggregates::repair);
    }
    stream.pause();
    if (isLast && late.isEmpty()) {
      stream.mark(stamp);
    }
  }

  /// The next step of the first translation of everything.
  private void translateNext() {
    stream.begin(here());
    feed.scan(aggregate -> aggregates.translate(aggregate, Wish.IF_CHANGED));
    stream.pause();
    if (feed.phase() == Phase.DONE) {
      stream.mark(here());
    }
  }

  private static Stamp stamp(End end) {
    return new Stamp(end.offset(), end.epoch(), end.xid(), end.committedAt());
  }

  private Stamp here() {
    return stamp(feed.here());
  }
}
