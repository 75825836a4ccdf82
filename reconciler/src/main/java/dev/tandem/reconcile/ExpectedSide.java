package dev.tandem.reconcile;

import dev.tandem.image.Image;
import dev.tandem.image.Image.Surprise;
import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.ImageState;
import dev.tandem.image.Kept;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.Placement;
import dev.tandem.image.Rest;
import dev.tandem.image.SavedKeys;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.reconcile.EntityState.ShownBy;
import dev.tandem.reconcile.Version.Origin;
import dev.tandem.reconcile.Version.Status;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.OutboxRecord;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// The reconciler's own projection of the outbox: what the target should hold, by entity, at the
/// end of each legacy transaction. It follows the translation's rules and shares nothing of its
/// state, so that a translation that is stalled or wrong is seen.
///
/// A transaction that touched more aggregates than a step takes is taken in steps, as translation
/// does: what is left is put away ([Rest]); E stays before its end until nothing is, and a record
/// that may change something waits for that. Not thread-safe.
final class ExpectedSide implements ImageFeed.Listener {
  private static final String MOVED =
      "partition-by changed while the key did not, so that nothing of the row is translated until it"
          + " changes back, or is deleted; fix: change it back, or run a backfill of the domain";
  private static final int GHOSTS = 2;
  private static final int LOSSES = 3;
  private static final int VERIFIED = 4;
  private static final int REST = 5;
  private final Entities entities;
  private final EntityStates states;
  private final ImageFeed feed;
  private final Owners owners;
  private final Moves moves;
  private final SavedKeys ghosts;
  private final SavedKeys losses;

  /// Those of both that a verification has shown.
  private final SavedKeys verified;

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
    void surprised(StateKey entity, EntityState.Surprise surprise);

    /// A sweep has read it that is for every reader: translation knows what is known here.
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
    ghosts = new SavedKeys(image.open(), GHOSTS);
    losses = new SavedKeys(image.open(), LOSSES);
    verified = new SavedKeys(image.open(), VERIFIED);
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
      if (feed.phase() == Phase.DONE) {
        forgetShown();
      }
    }
  }

  void save() {
    feed.save();
    ghosts.save();
    losses.save();
    verified.save();
    rest.save();
  }

  @Override
  public void ended(List<StateKey> aggregates, End end) {
    boolean swept = end.xid() == 0;
    // A swept row touches few. One whose last record was lost ends before the record in hand, which
    // is taken next.
    if (aggregates.size() > step && !feed.isTorn() && (!swept || !ghosts.isEmpty())) {
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
  }

  private void visit(LoadedAggregate aggregate, End end, Readers readers) {
    StateKey entity = project(aggregate, end);
    EntityState.Surprise surprise = surprise(aggregate.key(), end);
    if (entity != null && surprise != null) {
      moves.surprised(entity, surprise);
    } else if (entity != null && readers == Readers.ALL) {
      moves.given(entity, end);
    }
  }

  private void isTaken(End end) {
    whole = end.offset();
    // What was not visited yet has its turn.
    if (feed.phase() == Phase.DONE) {
      forgetShown();
    }
  }

  private void forgetShown() {
    ghosts.takeAll();
    losses.takeAll();
    verified.takeAll();
  }

  /// What sweeps have shown of an aggregate since the last transaction's end; null if nothing.
  private EntityState.@Nullable Surprise surprise(StateKey aggregate, End end) {
    Kind kind =
        ghosts.contains(aggregate)
            ? Kind.GHOST
            : losses.contains(aggregate) ? Kind.CAPTURE_LOSS : null;
    if (kind == null) {
      return null;
    }
    var by = verified.contains(aggregate) ? ShownBy.VERIFICATION : ShownBy.BACKFILL;
    return new EntityState.Surprise(end.offset(), kind, by);
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
    (surprise == Surprise.GHOST ? ghosts : losses).add(aggregate);
    if (verifying) {
      verified.add(aggregate);
    }
  }

  /// @return the entity that it is about, null if none is
  private @Nullable StateKey project(LoadedAggregate aggregate, End end) {
    Kept root = aggregate.root();
    if (root == null) {
      return null;
    }
    Image image = feed.image();
    byte[] key = aggregate.key().bytes();
    var forms = entities.of(key);
    var rows = aggregate.rows(image.tables().sources(key), image.rowBytes());
    StateKey before = root.forwarded() == null ? null : new StateKey(root.forwarded().key());
    if (root.standing() == Kept.Standing.ENTERED) {
      // Its divergence stands in the partition that it has left.
      StateKey named = owners.owned(aggregate.key(), before);
      if (named != null) {
        refuse(forms, named, MOVED, end);
      }
      return named;
    }
    if (rows == null) {
      if (before != null) {
        release(aggregate.key(), before, end);
        image.putRoot(aggregate.key(), root.forwarding(null));
      }
      return before;
    }
    GenericRecord contractKey;
    StateKey now;
    try {
      contractKey = forms.plan().mapping().key(rows.root());
      now = forms.key().key(contractKey);
    } catch (RuntimeException e) {
      StateKey named = owners.owned(aggregate.key(), before);
      named = named == null ? owners.claimNameless(aggregate) : named;
      refuse(forms, named, reason(e), end);
      return named;
    }
    if (before != null && Owners.isNameless(before)) {
      release(aggregate.key(), before, end);
      before = null;
    }
    if (root.standing() == Kept.Standing.LEFT) {
      if (before == null) {
        owners.claim(aggregate, now, contractKey);
      }
      StateKey named = before == null ? now : owners.owned(aggregate.key(), before);
      refuse(forms, named, MOVED, end);
      return named;
    }
    StateKey left = now.equals(before) ? null : owners.owned(aggregate.key(), before);
    if (rows.isPartial() && left != null) {
      // What was forwarded stays, under its key, until the row is known whole.
      push(left, waiting(aggregate, rows, end), end);
      return left;
    }
    if (rows.isPartial()) {
      owners.claim(aggregate, now, contractKey);
      push(now, waiting(aggregate, rows, end), end);
      return now;
    }
    Outcome outcome;
    try {
      GenericRecord contract = forms.plan().mapping().project(rows.root(), rows.children());
      outcome =
          new Outcome(forms.content().expected(contract), forms.plan().mapping().tenant(contract));
    } catch (RuntimeException e) {
      // A mapping in Java may throw anything.
      if (before == null) {
        owners.claim(aggregate, now, contractKey);
      }
      refuse(forms, before == null ? now : owners.owned(aggregate.key(), before), reason(e), end);
      return before == null ? now : before;
    }
    if (before != null && !now.equals(before)) {
      release(aggregate.key(), before, end);
    }
    EntityState state = owners.claim(aggregate, now, contractKey);
    if (!state.tenant.equals(outcome.tenant)) {
      state.tenant = outcome.tenant;
      states.put(now, state);
    }
    push(now, Version.known(end.offset(), outcome.content, origin(end)), end);
    return now;
  }

  /// What is known of an entity of which a value is not. Where no change that is under way brings
  /// the value, that is a finding.
  private static Version waiting(LoadedAggregate aggregate, LoadedAggregate.Rows rows, End end) {
    return aggregate.isIncomplete()
        ? new Version(end.offset(), Status.REFUSED, null, origin(end), rows.waiting())
        : new Version(end.offset(), Status.UNKNOWN, null, origin(end), "");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Outcome(byte[] content, String tenant) {}

  private static String reason(RuntimeException e) {
    return e instanceof MappingException
        ? String.valueOf(e.getMessage())
        : "the mapping failed with " + e.getClass().getName();
  }

  /// An aggregate has left a key: it is expected no more, unless another aggregate has it now.
  private void release(StateKey aggregate, StateKey entity, End end) {
    if (owners.release(aggregate, entity)) {
      push(entity, Version.known(end.offset(), null, origin(end)), end);
    }
  }

  private void refuse(Entities.Forms forms, @Nullable StateKey entity, String reason, End end) {
    if (entity == null) {
      moves.nameless(forms.plan(), reason);
      return;
    }
    push(entity, new Version(end.offset(), Status.REFUSED, null, origin(end), reason), end);
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
