package dev.tandem.reconcile;

import dev.tandem.image.Image.ListRow;
import dev.tandem.image.Image.Surprise;
import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.ImageState;
import dev.tandem.image.Kept;
import dev.tandem.image.Late;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.Placement;
import dev.tandem.image.Rest;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.reconcile.EntityState.ShownBy;
import dev.tandem.wire.OutboxRecord;
import java.util.List;
import java.util.function.LongSupplier;

/// The reconciler's own projection of the outbox: what the target should hold, by entity, at the
/// end of each legacy transaction. It follows the translation's rules and shares nothing of its
/// state, so that a translation that is stalled or wrong is seen.
///
/// A transaction that touched more aggregates than a step takes is taken in steps, as translation
/// does: what is left is put away ([Rest]); E stays before its end until nothing is, and a record
/// that may change something waits for that.
///
/// A large aggregate that one swept row after the other touches waits ([Late]), as in translation,
/// though not in step with it. What is expected of its entity is not known from the first row on
/// that is another than what was kept, until the aggregate has had its turn. Not thread-safe.
final class ExpectedSide implements ImageFeed.Listener {
  private static final int REST = 5;
  private static final int LATE = 7;
  private final ImageFeed feed;
  private final Expectations expectations;
  private final Moves moves;
  private final Shown shown;

  /// What is left of a large transaction.
  private final Rest rest;

  private final Late late;
  private final int step;

  /// Whether the record in hand is of a verification.
  private boolean verifying;

  /// Offset of the last record up to which whole transactions were taken.
  private long whole = -1;

  /// What is told of it.
  interface Moves {
    /// What is expected of an entity has moved at the end of a transaction.
    void moved(StateKey entity, End end);

    /// A sweep shows of an entity what the stream never told.
    void surprised(StateKey entity, EntityState.Surprise surprise, ShownBy by);

    /// A sweep has read it that is for every reader, or a change has told all of it: translation
    /// knows what is known here.
    void given(StateKey entity, End end);

    /// Something could not be translated whose entity is not known.
    void nameless(EntityPlan entity, String reason);
  }

  /// @param step aggregates that are taken at once, of the first look at everything and of a large
  ///     transaction
  /// @param millis of the clock on the wall
  record Setting(DomainPlan plan, int partition, int step, LongSupplier millis) {
    Placement.Here here() {
      return new Placement.Here(partition, plan.partitions());
    }
  }

  ExpectedSide(
      Setting setting, ImageState image, Entities entities, EntityStates states, Moves moves) {
    this.moves = moves;
    shown = new Shown(image.open());
    rest = new Rest(image.open(), REST);
    late = new Late(image.open(), LATE, setting.millis);
    step = setting.step;
    feed =
        new ImageFeed(
            new ImageFeed.Setting(
                TableUses.ofLegacy(setting.plan),
                setting.here(),
                setting.plan.baselines(),
                setting.step),
            image,
            this);
    expectations = new Expectations(feed, entities, states, moves);
  }

  void accept(long offset, OutboxRecord record) {
    while (isUnderWay() && !record.isPause()) {
      step();
    }
    verifying = record.isOfVerification();
    feed.accept(offset, record);
  }

  void skip(long offset) {
    feed.skip(offset);
  }

  Phase phase() {
    return feed.phase();
  }

  long seen() {
    return feed.seen();
  }

  /// E: the outbox offset up to which every transaction was taken whole.
  long readTo() {
    return isWhole() ? feed.seen() : whole;
  }

  /// Whether no transaction is open, or taken in part only: then E is all that was read, also where
  /// nobody has seen a transaction end since the start.
  boolean isWhole() {
    return !feed.isOpen() && !isUnderWay();
  }

  /// Whether a large transaction has ended, and is not taken whole yet.
  boolean isUnderWay() {
    return feed.isPurging() || !rest.isEmpty();
  }

  /// Whether somebody has a turn once time has passed.
  boolean isPuttingOff() {
    return !late.isEmpty();
  }

  /// Takes the next step of it, if there is one.
  void step() {
    if (feed.isPurging()) {
      verifying = feed.isOfVerification();
      feed.purge();
    } else if (isUnderWay()) {
      End end = rest.end();
      take(rest.take(step), end, Readers.NOT_ALL);
      if (!isUnderWay()) {
        isTaken(end);
      }
    }
  }

  /// Gives those their turn who have waited for long enough.
  void catchUp() {
    if (late.isDue() && isWhole() && feed.phase() == Phase.DONE) {
      whole = feed.seen();
      List<StateKey> waiting = late.takeAll();
      if (waiting.size() > step) {
        rest.begin(waiting, feed.here(), step);
      } else {
        take(waiting, feed.here(), Readers.NOT_ALL);
      }
    }
  }

  /// The next step of the first look at everything. Nothing becomes due by it.
  void scan() {
    if (isWhole()) {
      feed.scan(aggregate -> visit(aggregate, feed.here(), Readers.NOT_ALL));
      expectations.nameAgain(feed.here());
      if (feed.phase() == Phase.DONE) {
        shown.forget();
      }
    }
  }

  void save() {
    feed.save();
    shown.save();
    rest.save();
    late.save();
  }

  @Override
  public void ended(List<StateKey> aggregates, End end) {
    boolean swept = end.xid() == 0;
    // A swept row touches few. One whose last record was lost ends before the record in hand, which
    // is taken next.
    if (aggregates.size() > step && !feed.isTorn() && (!swept || shown.hasGhosts())) {
      rest.begin(aggregates, end, step);
      return;
    }
    take(aggregates, end, swept && !verifying ? Readers.ALL : Readers.NOT_ALL);
    isTaken(end);
  }

  @Override
  public void listed(StateKey aggregate, ListRow row, End end) {
    Kept root = feed.image().root(aggregate);
    if (root == null) {
      return;
    }
    StateKey owned = expectations.entity(aggregate, root);
    if (owned == null || !late.putsOff(aggregate)) {
      take(List.of(aggregate), end, verifying ? Readers.NOT_ALL : Readers.ALL);
      return;
    }
    EntityState.Surprise surprise = shown.of(aggregate, end);
    boolean known = expectations.isKnown(owned);
    if (surprise != null && known) {
      moves.surprised(owned, surprise, shown.by(aggregate));
    } else if (!verifying) {
      moves.given(owned, end);
    }
    if (row == ListRow.OTHER && known) {
      expectations.unknown(owned, end);
    }
  }

  /// For whom it was swept, if it was.
  private enum Readers {
    ALL,
    NOT_ALL
  }

  private void take(List<StateKey> aggregates, End end, Readers readers) {
    aggregates.forEach(aggregate -> visit(feed.image().load(aggregate), end, readers));
    expectations.nameAgain(end);
  }

  private void visit(LoadedAggregate aggregate, End end, Readers readers) {
    late.turn(aggregate);
    StateKey entity = expectations.project(aggregate, end);
    EntityState.Surprise surprise = shown.of(aggregate.key(), end);
    if (entity != null && surprise != null) {
      moves.surprised(entity, surprise, shown.by(aggregate.key()));
    } else if (entity != null && (readers == Readers.ALL || isTold(aggregate))) {
      moves.given(entity, end);
    }
  }

  /// Whether changes have told all of it. Of a list of what has one nobody knows what is missing.
  private boolean isTold(LoadedAggregate aggregate) {
    return shown.isTold(aggregate.key())
        && feed.image().tables().sources(aggregate.key().bytes()).size() == 1;
  }

  @Override
  public void told(StateKey aggregate) {
    Kept root = feed.phase() == Phase.DONE ? feed.image().root(aggregate) : null;
    if (root != null && expectations.isWithheld(expectations.owned(aggregate, root))) {
      shown.tell(aggregate);
    }
  }

  private void isTaken(End end) {
    whole = end.offset();
    // What was not visited yet has its turn.
    if (feed.phase() == Phase.DONE) {
      shown.forget();
    }
  }

  @Override
  public void refused(EntityPlan entity, MappingException reason) {
    moves.nameless(entity, String.valueOf(reason.getMessage()));
  }

  @Override
  public void surprised(StateKey aggregate, Surprise surprise) {
    if (feed.phase() == Phase.MISSING) {
      return;
    }
    shown.add(aggregate, surprise, verifying ? ShownBy.VERIFICATION : ShownBy.BACKFILL);
  }
}
