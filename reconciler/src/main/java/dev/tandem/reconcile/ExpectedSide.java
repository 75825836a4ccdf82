package dev.tandem.reconcile;

import dev.tandem.image.Image.Surprise;
import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.ImageState;
import dev.tandem.image.Kept;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.Placement;
import dev.tandem.image.Rest;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.reconcile.EntityState.ShownBy;
import dev.tandem.reconcile.Projection.Gone;
import dev.tandem.reconcile.Projection.Keyless;
import dev.tandem.reconcile.Projection.Name;
import dev.tandem.reconcile.Projection.Refused;
import dev.tandem.reconcile.Projection.Waiting;
import dev.tandem.reconcile.Projection.Whole;
import dev.tandem.reconcile.Version.Origin;
import dev.tandem.reconcile.Version.Status;
import dev.tandem.wire.OutboxRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The reconciler's own projection of the outbox: what the target should hold, by entity, at the
/// end of each legacy transaction. It follows the translation's rules and shares nothing of its
/// state, so that a translation that is stalled or wrong is seen.
///
/// A transaction that touched more aggregates than a step takes is taken in steps, as translation
/// does: what is left is put away ([Rest]); E stays before its end until nothing is, and a record
/// that may change something waits for that. Not thread-safe.
final class ExpectedSide implements ImageFeed.Listener {
  private static final int REST = 5;
  private final Entities entities;
  private final EntityStates states;
  private final ImageFeed feed;
  private final Owners owners;
  private final Moves moves;
  private final Shown shown;

  /// What is left of a large transaction.
  private final Rest rest;

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
  record Setting(DomainPlan plan, int partition, int step) {
    Placement.Here here() {
      return new Placement.Here(partition, plan.partitions());
    }
  }

  ExpectedSide(
      Setting setting, ImageState image, Entities entities, EntityStates states, Moves moves) {
    this.entities = entities;
    this.states = states;
    this.moves = moves;
    shown = new Shown(image.open());
    rest = new Rest(image.open(), REST);
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
    owners = new Owners(feed.image(), entities, states);
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
    return feed.isOpen() || isUnderWay() ? whole : feed.seen();
  }

  /// Whether a large transaction has ended, and is not taken whole yet.
  boolean isUnderWay() {
    return feed.isPurging() || !rest.isEmpty();
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

  /// The next step of the first look at everything. Nothing becomes due by it.
  void scan() {
    if (!feed.isOpen() && !isUnderWay()) {
      feed.scan(aggregate -> visit(aggregate, feed.here(), Readers.NOT_ALL));
      nameAgain(feed.here());
      if (feed.phase() == Phase.DONE) {
        shown.forget();
      }
    }
  }

  void save() {
    feed.save();
    shown.save();
    rest.save();
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

  /// For whom it was swept, if it was.
  private enum Readers {
    ALL,
    NOT_ALL
  }

  private void take(List<StateKey> aggregates, End end, Readers readers) {
    aggregates.forEach(aggregate -> visit(feed.image().load(aggregate), end, readers));
    nameAgain(end);
  }

  private void visit(LoadedAggregate aggregate, End end, Readers readers) {
    StateKey entity = project(aggregate, end);
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
    if (root != null && isWithheld(owners.owned(aggregate, before(root)))) {
      shown.tell(aggregate);
    }
  }

  private boolean isWithheld(@Nullable StateKey entity) {
    EntityState state = entity == null ? null : states.get(entity);
    return state != null && state.withheld;
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

  /// @return the entity that it is about, null if none is
  private @Nullable StateKey project(LoadedAggregate aggregate, End end) {
    Kept root = aggregate.root();
    if (root == null) {
      return null;
    }
    StateKey before = before(root);
    StateKey owned = owners.owned(aggregate.key(), before);
    if (root.standing() == Kept.Standing.ENTERED) {
      // Its divergence stands in the partition that it has left.
      if (owned != null) {
        push(owned, refused(Projection.MOVED, end), end);
      }
      return owned;
    }
    return switch (projection(aggregate)) {
      case Gone() -> {
        if (before != null) {
          release(aggregate.key(), before, end);
          feed.image().putRoot(aggregate.key(), root.forwarding(null));
        }
        // What became of it is nothing that is known of whoever has its key by now.
        yield owned;
      }
      case Keyless(var reason) -> {
        StateKey named = owned == null ? owners.claimNameless(aggregate) : owned;
        push(named, refused(reason, end), end);
        yield named;
      }
      case Refused(var name, var reason) -> stays(aggregate, name, refused(reason, end), end);
      case Waiting(var name, var finding) -> stays(aggregate, name, waiting(finding, end), end);
      case Whole(var name, var content, var tenant) -> {
        boolean withheld = isWithheld(owned);
        if (before != null && !name.key().equals(before)) {
          release(aggregate.key(), before, end);
        }
        EntityState state = owners.claim(aggregate, name);
        if (!state.tenant.equals(tenant) || state.withheld != withheld) {
          state.tenant = tenant;
          state.withheld = withheld;
          states.put(name.key(), state);
        }
        push(name.key(), Version.known(end.offset(), content, origin(end)), end);
        yield name.key();
      }
    };
  }

  private Projection projection(LoadedAggregate aggregate) {
    return Projection.of(aggregate, feed.image(), entities.of(aggregate.key().bytes()));
  }

  private static @Nullable StateKey before(Kept root) {
    return root.forwarded() == null ? null : new StateKey(root.forwarded().key());
  }

  /// Nothing is forwarded of an aggregate: what was forwarded stays, and with it the name.
  private StateKey stays(LoadedAggregate aggregate, Name name, Version version, End end) {
    Kept root = aggregate.root();
    StateKey owned = root == null ? null : owners.owned(aggregate.key(), before(root));
    StateKey named;
    if (owned != null && !Owners.isNameless(owned)) {
      named = owned;
    } else if (owners.isFree(name.key(), aggregate.key())) {
      if (owned != null) {
        release(aggregate.key(), owned, end);
      }
      owners.claim(aggregate, name);
      named = name.key();
    } else {
      named = owners.waitForKey(aggregate);
    }
    push(named, version, end);
    return named;
  }

  /// Those that lost their names to others, or found theirs taken, are named once more when the
  /// others have had their turn. What can be translated has no other name than its own, and where
  /// that was taken too it is what was not captured that is wrong.
  private void nameAgain(End end) {
    for (StateKey key : owners.takeNamedAgain()) {
      LoadedAggregate aggregate = feed.image().load(key);
      Kept root = aggregate.root();
      if (root == null || root.standing() == Kept.Standing.ENTERED) {
        continue;
      }
      StateKey owned = owners.owned(key, before(root));
      if (owned != null && !Owners.isNameless(owned)) {
        continue;
      }
      Projection projection = projection(aggregate);
      if (!(projection instanceof Gone || projection instanceof Whole)) {
        project(aggregate, end);
      }
    }
    owners.takeNamedAgain();
  }

  private static Version refused(String reason, End end) {
    return new Version(end.offset(), Status.REFUSED, null, origin(end), reason);
  }

  /// What is known of an entity of which a value is not. Where no change that is under way brings
  /// the value, that is a finding.
  private static Version waiting(@Nullable String finding, End end) {
    return finding == null
        ? new Version(end.offset(), Status.UNKNOWN, null, origin(end), "")
        : refused(finding, end);
  }

  /// An aggregate has left a key: it is expected no more, unless another aggregate has it now.
  private void release(StateKey aggregate, StateKey entity, End end) {
    if (owners.release(aggregate, entity)) {
      push(entity, Version.known(end.offset(), null, origin(end)), end);
    }
  }

  private void push(StateKey entity, Version version, End end) {
    EntityState state = states.getOrNew(entity);
    Version newest = state.expected.newest();
    boolean same =
        newest == null
            ? version.status() == Status.KNOWN && !version.isPresent()
            : newest.status() == version.status()
                && newest.note().equals(version.note())
                && newest.hasContent(version.content());
    if (!same) {
      state.expected.add(version);
      states.put(entity, state);
      if (feed.phase() == Phase.DONE) {
        moves.moved(entity, end);
      }
    }
  }

  private static Origin origin(End end) {
    return new Origin(end.epoch(), end.xid(), end.committedAt());
  }
}
