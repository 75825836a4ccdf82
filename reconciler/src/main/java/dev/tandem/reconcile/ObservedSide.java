package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.ImageState;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.Placement;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
/// own mapping stands in their place again. Not thread-safe.
final class ObservedSide implements ImageFeed.Listener {
  private static final int UNSETTLED = 1;
  private static final long NOWHERE = -1;
  private static final byte[] MARK = "mark".getBytes(StandardCharsets.UTF_8);
  private final Entities entities;
  private final EntityStates states;
  private final ImageFeed feed;
  private final ObservedRows rows;
  private final CheckpointRows checkpoints;
  private final Moves moves;
  private final ImageState image;

  /// Entities with versions whose watermark is not known yet.
  private final SavedKeys unsettled;

  /// The watermark at which the target stands.
  private long watermark = -1;

  private boolean settled = true;

  /// The transaction that put the observed tables in their place, with its epoch; [#NOWHERE] until
  /// a checkpoint has said it.
  private long placement = NOWHERE;

  private int placedInEpoch;

  /// Whether tables written with another mapping stand in the plan's place.
  private boolean elsewhere;

  /// Whether the transaction that ended last was not apply's.
  private boolean foreign;

  /// Of the open transaction; null if it has set none so far.
  private @Nullable Checkpoint checkpoint;

  private final List<Refusal> refusals = new ArrayList<>();

  /// What is told of it.
  interface Moves {
    /// An entity was seen at a watermark.
    void seen(StateKey entity, long at);

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
    this.image = image;
    this.entities = entities;
    this.states = states;
    this.moves = moves;
    var tables = TableUses.ofTarget(plan);
    rows = entities.observedRows(tables);
    checkpoints = new CheckpointRows(plan, setting.partition());
    unsettled = new SavedKeys(image.open(), UNSETTLED);
    // Whoever began the place did so with the mapping that the domain began with.
    elsewhere = !plan.topics().isBeside() && !plan.topics().isFirstTranslation();
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
    load();
  }

  void accept(long offset, OutboxRecord record) {
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
    if (own != null && own == elsewhere) {
      elsewhere = !own;
      // What was met on the way is of tables that do not count.
      renew();
    }
    return elsewhere;
  }

  /// Whether a sweep ended that had begun before the tables were put in their place.
  private boolean isOfFormerTables(Marker marker) {
    var oldest = marker.snapshot();
    boolean ends =
        marker.kind() == OutboxRecord.Kind.SWEEP_ENDED
            || marker.kind() == OutboxRecord.Kind.VERIFICATION_ENDED;
    return ends
        && oldest != null
        && placement > 0
        && marker.epoch() == placedInEpoch
        && !oldest.sees(placement);
  }

  /// The target was not captured for a while: what was seen of it may be old, and a transaction
  /// that was open is torn. Nothing is judged until its tables were swept again and apply has said
  /// anew where they stand.
  private void renew() {
    checkpoint = null;
    refusals.clear();
    settled = false;
    feed.renew();
    moves.renewed();
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

  /// The newest watermark that the target was seen at.
  long watermark() {
    return watermark;
  }

  /// Whether what was seen last has a watermark.
  boolean isSettled() {
    return settled;
  }

  /// The next step of the first look at everything, once the target stands at `from`: before, what
  /// it holds is only kept, since nothing of it will be judged. Nothing becomes due by it.
  void scan(long from) {
    if (!feed.isOpen() && settled && watermark >= from) {
      feed.scan(aggregate -> see(aggregate, feed.here(), Status.KNOWN));
    }
  }

  void save() {
    feed.save();
    unsettled.save();
    saveMark();
  }

  @Override
  public void other(Change change) {
    Checkpoint found = checkpoints.checkpoint(change);
    if (found != null) {
      checkpoint = found;
    }
    Refusal refusal = checkpoints.refusal(change);
    if (refusal != null) {
      refusals.add(refusal);
    }
  }

  @Override
  public void closed(End end) {
    Checkpoint set = checkpoint;
    foreign = set == null;
    checkpoint = null;
    var refused = List.copyOf(refusals);
    refusals.clear();
    if (set != null) {
      place(set, end);
      watermark = set.watermark();
      settled = set.settled();
      if (settled) {
        settle();
        moves.settled(watermark, end.committedAt());
      }
    }
    refused.forEach(this::refuse);
  }

  private void place(Checkpoint set, End end) {
    if (set.placement() == placement) {
      return;
    }
    if (placement != NOWHERE) {
      renew();
    }
    placement = set.placement();
    placedInEpoch = end.epoch();
  }

  @Override
  public void ended(List<StateKey> aggregates, End end) {
    boolean swept = end.xid() == 0;
    for (StateKey aggregate : aggregates) {
      see(feed.image().load(aggregate), end, foreign && !swept ? Status.FOREIGN : Status.KNOWN);
    }
  }

  private void settle() {
    for (StateKey entity : unsettled.takeAll()) {
      EntityState state = states.get(entity);
      if (state != null) {
        state.observed.settle(watermark);
        states.put(entity, state);
        moves.seen(entity, watermark);
      }
    }
  }

  @Override
  public void refused(EntityPlan entity, MappingException reason) {
    moves.unplaced(entity, String.valueOf(reason.getMessage()));
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
      identify(state, held, entity, forms.key());
    }
    long at = settled ? watermark : Version.PENDING;
    var origin = new Origin(end.epoch(), end.xid(), end.committedAt());
    Status seen = held.isPartial() ? Status.UNKNOWN : status;
    state.observed.add(new Version(at, seen, content, origin, ""));
    states.put(entity, state);
    sawAt(entity);
  }

  /// Of an entity that nobody expects (yet) the target's rows say what it is.
  private void identify(EntityState state, ObservedEntity held, StateKey entity, EntityForm form) {
    List<Source> sources = feed.image().tables().sources(entity.bytes());
    Row root = held.root();
    if (root != null) {
      state.claimed = form.claims(root, entity);
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
    if (settled) {
      moves.seen(entity, watermark);
    } else {
      unsettled.add(entity);
    }
  }

  private void load() {
    byte[] saved = image.marks().get(MARK);
    if (saved == null) {
      return;
    }
    var in = new ByteSource(saved);
    watermark = in.takeVarint();
    settled = in.take() == 1;
    boolean open = in.take() == 1;
    long at = open ? in.takeVarint() : -1;
    boolean whole = open && in.take() == 1;
    for (int count = in.takeInt(); count > 0; count--) {
      refusals.add(new Refusal(in.takeBlob(), in.takeVarint(), in.takeText()));
    }
    // An older program knew of one place and one generation.
    boolean placed = !in.isEmpty();
    placement = placed ? in.takeVarint() : watermark < 0 ? NOWHERE : 0;
    placedInEpoch = placed ? in.takeInt() : 0;
    long next = placed ? in.takeVarint() : 0;
    checkpoint = open ? new Checkpoint(at, whole, next) : null;
    elsewhere = !in.isEmpty() && in.take() == 1;
  }

  private void saveMark() {
    var out = new ByteSink();
    out.putVarint(watermark);
    out.put(settled ? 1 : 0);
    out.put(checkpoint == null ? 0 : 1);
    if (checkpoint != null) {
      out.putVarint(checkpoint.watermark());
      out.put(checkpoint.settled() ? 1 : 0);
    }
    out.putVarint(refusals.size());
    for (Refusal each : refusals) {
      out.putBlob(each.key());
      out.putVarint(each.outboxEnd());
      out.putText(each.reason());
    }
    out.putVarint(placement);
    out.putVarint(placedInEpoch);
    out.putVarint(checkpoint == null ? 0 : checkpoint.placement());
    out.put(elsewhere ? 1 : 0);
    image.marks().put(MARK, out.toByteArray());
  }
}
