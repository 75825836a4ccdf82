package dev.tandem.reconcile;

import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.ImageState;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.Placement;
import dev.tandem.image.Rest;
import dev.tandem.image.SavedKeys;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Source;
import dev.tandem.reconcile.CheckpointRows.Checkpoint;
import dev.tandem.reconcile.CheckpointRows.Refusal;
import dev.tandem.reconcile.Version.Origin;
import dev.tandem.reconcile.Version.Status;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import java.util.Arrays;
import java.util.List;

/// What the target was seen to hold, by entity, and at which watermark (DESIGN invariants 4 and 5).
///
/// A target transaction that sets the checkpoint row is apply's; any other is foreign. What apply
/// wrote in a transaction that ends inside a legacy one is newer than the watermark, and so is all
/// that comes after it, until the next transaction at whose end the target is settled: till then
/// its position is not known.
///
/// Where other tables were put in the place of those observed (a promotion), the checkpoint says so
/// in the very transaction that did it. What was kept is then of the former tables, and nothing is
/// judged until a full sweep of the new ones has ended that began after it. Where those are written
/// with another mapping they are none of this plan's, and passed unseen until a checkpoint of its
/// own mapping stands in their place again.
///
/// A transaction that touched more than a step takes is taken in steps, and so is what stood
/// unsettled until it: what is left is put away ([Rest]), its watermark is told when nothing
/// is, and a record that may change something waits for that. Not thread-safe.
final class ObservedSide implements ImageFeed.Listener {
  private static final int UNSETTLED = 1;
  private static final int SETTLING = 2;
  private static final int REST = 3;
  private static final long NOWHERE = TargetStanding.NOWHERE;
  private final ExpectedSide.Setting setting;
  private final Entities entities;
  private final EntityStates states;
  private final ImageFeed feed;
  private final ObservedRows rows;
  private final CheckpointRows checkpoints;
  private final Moves moves;
  private final TargetStanding stands;

  /// Entities with versions whose watermark is not known yet.
  private final SavedKeys unsettled;

  /// Those of them whose watermark is known by now, and then what is left of a large transaction.
  private final Rest settling;

  private final Rest rest;
  private final int step;

  /// What is told of it.
  interface Moves {
    /// An entity was seen at a watermark.
    void seen(StateKey entity, long at);

    /// Apply has put a part of a large transaction into the target.
    void stepped();

    /// The target is settled at a watermark.
    void settled(long watermark, long committedAt);

    /// What was seen so far may be old.
    void renewed();

    /// A row of the target cannot be placed.
    void unplaced(EntityPlan entity, String reason);
  }

  ObservedSide(
      ExpectedSide.Setting setting,
      ImageState image,
      Entities entities,
      EntityStates states,
      Moves moves) {
    DomainPlan plan = setting.plan();
    this.setting = setting;
    this.entities = entities;
    this.states = states;
    this.moves = moves;
    var tables = TableUses.ofTarget(plan);
    rows = entities.observedRows(tables);
    checkpoints = new CheckpointRows(plan, setting.partition());
    unsettled = new SavedKeys(image.open(), UNSETTLED);
    settling = new Rest(image.open(), SETTLING);
    rest = new Rest(image.open(), REST);
    step = setting.step();
    // Whoever began the place did so with the mapping that the domain began with.
    boolean elsewhere = !plan.topics().isBeside() && !plan.topics().isFirstTranslation();
    stands = new TargetStanding(image.marks(), elsewhere);
    feed =
        new ImageFeed(
            new ImageFeed.Setting(
                tables,
                // Whoever captured has placed the rows: each table has one use, and none is looked
                // at again.
                new Placement.Here(setting.partition(), plan.partitions()),
                tables.tables(),
                setting.step()),
            image,
            this);
  }

  void accept(long offset, OutboxRecord record) {
    while (isUnderWay() && !record.isPause()) {
      step();
    }
    take(offset, record);
    tell();
  }

  private void take(long offset, OutboxRecord record) {
    if (isElsewhere(record)) {
      feed.skip(offset);
      return;
    }
    if (record instanceof Marker marker && marker.kind() == OutboxRecord.Kind.EPOCH) {
      renew();
    }
    if (record instanceof Marker marker && isOfFormerTables(marker)) {
      feed.skip(offset);
      return;
    }
    feed.accept(offset, rows.kept(record));
  }

  private boolean isElsewhere(OutboxRecord record) {
    Boolean own = record instanceof Change change ? checkpoints.isOfMapping(change) : null;
    if (own != null && own == stands.elsewhere) {
      stands.elsewhere = !own;
      // What was met on the way is of tables that do not count.
      renew();
    }
    return stands.elsewhere;
  }

  /// Whether a sweep ended that had begun before the tables were put in their place.
  private boolean isOfFormerTables(Marker marker) {
    var oldest = marker.snapshot();
    boolean ends =
        marker.kind() == OutboxRecord.Kind.SWEEP_ENDED
            || marker.kind() == OutboxRecord.Kind.VERIFICATION_ENDED;
    return ends
        && oldest != null
        && stands.placement > 0
        && marker.epoch() == stands.placedInEpoch
        && !oldest.sees(stands.placement);
  }

  /// The target was not captured for a while: what was seen of it may be old, and a transaction
  /// that was open is torn. Nothing is judged until its tables were swept again and apply has said
  /// anew where they stand.
  private void renew() {
    stands.renew();
    feed.renew();
    moves.renewed();
  }

  /// It may have been the checkpoint that says whose a transaction is, and how far the target is
  /// with it: what is seen from here on stands at the next one that can be read.
  void skip(long offset) {
    stands.settled = false;
    feed.skip(offset);
  }

  Phase phase() {
    return feed.phase();
  }

  long seen() {
    return feed.seen();
  }

  /// The newest watermark that the target was seen at.
  long watermark() {
    return stands.watermark;
  }

  /// Whether what was seen last has a watermark, and was taken whole.
  boolean isSettled() {
    return stands.settled && !isUnderWay();
  }

  /// Whether a large transaction has ended, and is not taken whole yet.
  boolean isUnderWay() {
    return feed.isPurging() || !settling.isEmpty() || !rest.isEmpty();
  }

  /// Takes the next step of it, if there is one.
  void step() {
    if (feed.isPurging()) {
      feed.purge();
    } else if (!settling.isEmpty()) {
      settling.take(step).forEach(this::settle);
    } else if (!rest.isEmpty()) {
      End end = rest.end();
      rest.take(step).forEach(aggregate -> see(aggregate, end));
    }
    tell();
  }

  private void tell() {
    if (stands.toTell != NOWHERE && !isUnderWay()) {
      moves.settled(stands.watermark, stands.toTell);
      stands.toTell = NOWHERE;
    }
  }

  /// The next step of the first look at everything, once the target stands at `from`: before, what
  /// it holds is only kept, since nothing of it will be judged. Nothing becomes due by it.
  void scan(long from) {
    if (!feed.isOpen() && isSettled() && stands.watermark >= from) {
      feed.scan(aggregate -> see(aggregate, feed.here(), Status.KNOWN));
    }
  }

  void save() {
    feed.save();
    unsettled.save();
    settling.save();
    rest.save();
    stands.save();
  }

  @Override
  public void other(Change change) {
    Checkpoint found = checkpoints.checkpoint(change);
    if (found != null) {
      stands.checkpoint = found;
    }
    Refusal refusal = checkpoints.refusal(change);
    if (refusal != null) {
      stands.refusals.add(refusal);
    }
  }

  @Override
  public void closed(End end) {
    Checkpoint set = stands.checkpoint;
    stands.foreign = set == null;
    stands.checkpoint = null;
    var refused = List.copyOf(stands.refusals);
    stands.refusals.clear();
    if (set != null) {
      place(set, end);
      stands.watermark = set.watermark();
      stands.settled = set.settled();
      if (stands.settled) {
        settle(end);
        stands.toTell = end.committedAt();
      } else {
        moves.stepped();
      }
    }
    refused.forEach(this::refuse);
  }

  private void place(Checkpoint set, End end) {
    if (set.placement() == stands.placement) {
      return;
    }
    if (stands.placement != NOWHERE) {
      renew();
    }
    stands.placement = set.placement();
    stands.placedInEpoch = end.epoch();
  }

  @Override
  public void ended(List<StateKey> aggregates, End end) {
    // One whose last record was lost ends before the record in hand, which is taken next.
    if (!feed.isTorn() && (aggregates.size() > step || !settling.isEmpty())) {
      rest.begin(aggregates, end, step);
    } else {
      aggregates.forEach(aggregate -> see(aggregate, end));
    }
  }

  private void settle(End end) {
    if (unsettled.size() > step && !feed.isTorn()) {
      settling.begin(unsettled.takeAll(), end, step);
    } else {
      unsettled.takeAll().forEach(this::settle);
    }
  }

  private void settle(StateKey entity) {
    EntityState state = states.get(entity);
    if (state != null) {
      state.observed.settle(stands.watermark);
      states.put(entity, state);
      moves.seen(entity, stands.watermark);
    }
  }

  @Override
  public void refused(EntityPlan entity, MappingException reason) {
    moves.unplaced(entity, String.valueOf(reason.getMessage()));
  }

  private void see(StateKey aggregate, End end) {
    boolean swept = end.xid() == 0;
    see(
        feed.image().load(aggregate),
        end,
        stands.foreign && !swept ? Status.FOREIGN : Status.KNOWN);
  }

  /// The aggregate of the target's image is named as the entity is.
  private void see(LoadedAggregate aggregate, End end, Status status) {
    StateKey entity = aggregate.key();
    var forms = entities.of(entity.bytes());
    var held = ObservedEntity.of(aggregate, feed.image().rowBytes());
    byte[] content = held.isPartial() ? null : forms.content().observed(held);
    EntityState state = states.getOrNew(entity);
    Version newest = state.observed.newest();
    boolean known =
        newest == null
            ? !held.isPartial() && content == null
            : !held.isPartial() && newest.status() != Status.UNKNOWN && newest.hasContent(content);
    if (known) {
      return;
    }
    if (state.owner == null) {
      identify(state, held, entity, forms);
    }
    long at = stands.settled ? stands.watermark : Version.PENDING;
    var origin = new Origin(end.epoch(), end.xid(), end.committedAt());
    Status seen = held.isPartial() ? Status.UNKNOWN : status;
    state.observed.add(new Version(at, seen, content, origin, ""));
    states.put(entity, state);
    sawAt(entity);
  }

  /// Of an entity that nobody expects (yet) the target's rows say what it is.
  private void identify(
      EntityState state, ObservedEntity held, StateKey entity, Entities.Forms forms) {
    EntityForm form = forms.key();
    List<Source> sources = feed.image().tables().sources(entity.bytes());
    Row root = held.root();
    if (root != null) {
      Claim claim = form.claims(root, entity);
      state.claimed = claim == null ? null : claim.entity();
      state.claimedHere =
          claim != null && claim.isOf(setting.plan(), form.entity(), setting.partition());
      forms.tenant().ifPresent(tenant -> state.tenant = tenant.of(root));
    }
    if (state.contractKey == null) {
      state.contractKey =
          held.any((number, row) -> form.contractKey(row, sources.get(number).join()));
    }
  }

  /// The refused record is of the entity that has its contract key; who is not expected is none.
  private void refuse(Refusal refusal) {
    StateKey entity = CheckpointRows.entity(refusal, entities);
    if (entity == null) {
      return;
    }
    EntityState state = states.getOrNew(entity);
    state.refusal = new EntityState.Note(refusal.outboxEnd(), refusal.reason());
    if (state.contractKey == null) {
      state.contractKey = Arrays.copyOf(refusal.key(), refusal.key().length);
    }
    states.put(entity, state);
    // Nothing of the entity has changed, and yet there is something to say of it.
    sawAt(entity);
  }

  private void sawAt(StateKey entity) {
    if (stands.settled) {
      moves.seen(entity, stands.watermark);
    } else {
      unsettled.add(entity);
    }
  }
}
