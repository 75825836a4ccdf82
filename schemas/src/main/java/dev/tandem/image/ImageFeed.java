package dev.tandem.image;

import dev.tandem.image.Image.ListRow;
import dev.tandem.image.Image.Surprise;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Feeds the records of one partition into the [Image] of its store, and says at the end of each
/// transaction what it touched, in order of first touch (DESIGN invariant 3).
///
/// A transaction ends with its last change, or where a change of another one, or a new source
/// epoch, shows that its last change was lost. A swept row is a transaction of its own unless it is
/// met inside one.
///
/// ```
///   MISSING ── last baseline passed ──▶ SCANNING ── every kept row visited ──▶ DONE
/// ```
///
/// Nothing is said while baselines are missing (invariant 6). Then everything kept is visited once,
/// in the order of the state's keys and in steps; until that is done, aggregates not yet visited
/// wait for their turn. Not thread-safe. What it must remember is in its state once [#save()] has
/// returned.
public final class ImageFeed {
  private static final int TOUCHED = 0;
  private static final int FIRST_EPOCH = 1;
  private final Setting setting;
  private final Listener listener;
  private final Image image;
  private final FeedProgress progress;
  private final SavedKeys open;

  private final TouchedNow touched;
  private final Purging purging;

  /// Whether a transaction is ended whose last change was lost.
  private boolean torn;

  /// The aggregate visited last by the scan; null before the first.
  private @Nullable StateKey cursor;

  /// @param tables what is fed
  /// @param here the partition
  /// @param baselines the tables whose first full sweep has to end before anything is said
  /// @param step how many aggregates one step of the scan visits
  public record Setting(TableUses tables, Placement.Here here, Set<TableId> baselines, int step) {
    public Setting {
      baselines = Set.copyOf(baselines);
    }
  }

  /// The end of a transaction.
  ///
  /// @param offset of its last record
  /// @param xid 0 for a swept row
  /// @param committedAt microseconds since 1970-01-01T00:00Z; of a swept row when it was read
  public record End(long offset, int epoch, long xid, long committedAt) {}

  /// Where it is said.
  public interface Listener {
    /// A transaction has ended; said in every phase, before what it touched.
    default void closed(End end) {}

    /// A transaction has ended, and touched these aggregates.
    void ended(List<StateKey> aggregates, End end);

    /// A swept row of a list has touched an aggregate, outside of transactions, when everything was
    /// visited. Said before the end of which `aggregate` is no part.
    default void listed(StateKey aggregate, ListRow row, End end) {
      ended(List.of(aggregate), end);
    }

    /// A row cannot be placed; what was kept of it stays.
    void refused(EntityPlan entity, MappingException reason);

    /// A change of a table that is not part of the image.
    default void other(Change change) {}

    /// Said before the end of which `aggregate` is a part.
    default void surprised(StateKey aggregate, Surprise surprise) {}

    /// A change has told the root of an aggregate whole. Said before the end of which `aggregate`
    /// is a part.
    default void told(StateKey aggregate) {}
  }

  /// What the scan visits.
  public interface Visitor {
    void visit(LoadedAggregate aggregate);
  }

  /// How far the first look at everything has come.
  public enum Phase {
    MISSING,
    SCANNING,
    DONE
  }

  public ImageFeed(Setting setting, ImageState state, Listener listener) {
    this.setting = setting;
    this.listener = listener;
    touched = new TouchedNow(listener);
    image = new Image(setting.tables, setting.here, state, setting.baselines);
    progress = new FeedProgress(state.marks());
    open = new SavedKeys(state.open(), TOUCHED);
    cursor = progress.cursor();
    purging = new Purging(state.marks(), image, setting.step);
  }

  public Image image() {
    return image;
  }

  /// Whether records of a transaction were read, but not its last.
  public boolean isOpen() {
    return progress.open;
  }

  public Phase phase() {
    if (!image.marks().hasBaselines()) {
      return Phase.MISSING;
    }
    return progress.scanned ? Phase.DONE : Phase.SCANNING;
  }

  /// Offset of the record read last, -1 before the first.
  public long seen() {
    return progress.seen;
  }

  /// Where the feed stands, for what comes from no transaction.
  public End here() {
    return new End(progress.seen, progress.epoch, 0, progress.committedAt);
  }

  /// @throws dev.tandem.streams.DomainStoppedException before a change of the legacy schema that
  ///     the plan cannot follow; nothing of the record was taken then
  public void accept(long offset, OutboxRecord record) {
    switch (setting.tables.pass(record)) {
      case Change change -> change(offset, change);
      case Swept swept -> swept(offset, swept);
      case Marker marker -> marker(offset, marker);
    }
    progress.seen = offset;
  }

  /// Passes a record that cannot be read.
  public void skip(long offset) {
    progress.seen = offset;
  }

  /// Writes what must be remembered; to be called before each commit.
  public void save() {
    image.save();
    open.save();
    progress.save();
    purging.save();
  }

  /// Visits the next kept aggregates. To be called in phase SCANNING, outside of transactions,
  /// until the phase is DONE.
  public void scan(Visitor visitor) {
    var step = new ScanStep(image, visitor, setting.step);
    cursor = step.from(cursor);
    if (step.isDone()) {
      progress.scanned = true;
      progress.dropCursor();
      cursor = null;
    } else if (cursor != null) {
      progress.moveCursor(cursor);
    }
  }

  private void change(long offset, Change change) {
    var position = change.position();
    if (progress.open && (progress.xid != position.xid() || progress.epoch != position.epoch())) {
      torn = true;
      end(progress.seen);
      torn = false;
    }
    progress.epoch = position.epoch();
    progress.xid = position.xid();
    progress.committedAt = change.committedAt();
    progress.open = true;
    List<Use> uses = setting.tables.of(change.table());
    if (uses.isEmpty()) {
      listener.other(change);
    }
    if (change.op() == Op.TRUNCATE && !setting.tables.rowUses(change.table()).isEmpty()) {
      purging.begin(offset, change);
      purge();
      return;
    }
    for (Use use : uses) {
      try {
        image.change(use, change, touched);
      } catch (MappingException e) {
        listener.refused(use.entity(), e);
      }
    }
    changed(offset, change.last());
  }

  private void changed(long offset, boolean last) {
    if (last && open.isEmpty()) {
      progress.open = false;
      close(touched.take(), offset);
      return;
    }
    remember();
    if (last) {
      end(offset);
    }
  }

  /// Whether a record that takes many rows away was not taken whole yet. The next record that may
  /// change something has to wait for it.
  public boolean isPurging() {
    return purging.isUnderWay();
  }

  /// Whether that record is of a verification.
  public boolean isOfVerification() {
    return purging.isOfVerification();
  }

  /// Whether the transaction that ends ends before the record in hand, which is taken next.
  public boolean isTorn() {
    return torn;
  }

  /// Goes on with it, by a step.
  public void purge() {
    if (!purging.isUnderWay()) {
      return;
    }
    var by = purging.step(purging.isSilent() ? Image.Touched.NOBODY : touched);
    if (by == null) {
      remember();
      return;
    }
    switch (by.cause()) {
      case TRUNCATION -> changed(by.offset(), by.last());
      case SWEEP -> settle(new End(by.offset(), by.epoch(), 0, by.at()));
      case BASELINE -> image.marks().baseline(image.tables().table(by.table()));
    }
  }

  private void swept(long offset, Swept swept) {
    TableId table = swept.row().schema().table();
    if (image.marks().hides(table, swept.epoch(), swept.snapshot())) {
      return;
    }
    for (Use use : setting.tables.of(table)) {
      try {
        image.swept(use, swept, touched);
      } catch (MappingException e) {
        listener.refused(use.entity(), e);
      }
    }
    var end = new End(offset, swept.epoch(), 0, swept.readAt());
    if (!progress.open && open.isEmpty() && phase() == Phase.DONE) {
      touched.takeLists((aggregate, row) -> listener.listed(aggregate, row, end));
    }
    settle(end);
  }

  /// Says what a record outside of the stream touched, at once or at the end of the transaction
  /// that it is met in.
  private void settle(End end) {
    if (progress.open) {
      remember();
    } else if (open.isEmpty()) {
      say(touched.take(), end);
    } else {
      remember();
      say(open.takeAll(), end);
    }
  }

  private void marker(long offset, Marker marker) {
    Snapshot snapshot = marker.snapshot();
    switch (marker.kind()) {
      case SWEEP_STARTED -> {}
      case SWEEP_ENDED, VERIFICATION_ENDED -> {
        TableId table = marker.table();
        if (table != null && image.marks().hasBaseline(table) && snapshot != null) {
          dropGhosts(Purge.Cause.SWEEP, offset, marker, snapshot);
        } else if (table != null && marker.kind() == OutboxRecord.Kind.SWEEP_ENDED) {
          baseline(offset, table, marker);
        }
      }
      case HORIZON -> {
        // A deletion that nobody was told of yet is remembered until the scan has visited it.
        if (snapshot != null && phase() == Phase.DONE) {
          image.forget(marker.epoch(), snapshot);
        }
      }
      case EPOCH -> {
        if (progress.open) {
          end(offset);
        }
      }
    }
  }

  private void dropGhosts(Purge.Cause cause, long offset, Marker marker, Snapshot snapshot) {
    purging.begin(cause, offset, marker, snapshot);
    purge();
  }

  /// A first sweep that ends in a later epoch than it began, or after all was begun anew, may leave
  /// rows of before that are gone by now.
  private void baseline(long offset, TableId table, Marker marker) {
    Snapshot snapshot = marker.snapshot();
    if (snapshot != null && (marker.epoch() > FIRST_EPOCH || progress.isRenewed())) {
      dropGhosts(Purge.Cause.BASELINE, offset, marker, snapshot);
    } else {
      image.marks().baseline(table);
    }
  }

  /// Begins anew to wait for the baselines: what is kept may be older than what the store holds,
  /// since its changes were not captured for a while. Everything is visited again.
  public void renew() {
    image.marks().renew(setting.baselines);
    open.takeAll();
    touched.take();
    purging.drop();
    progress.open = false;
    progress.scanned = false;
    progress.renew();
    progress.dropCursor();
    cursor = null;
  }

  /// Before the baselines nothing needs to be remembered: then everything will be visited.
  private void remember() {
    List<StateKey> taken = touched.take();
    if (image.marks().hasBaselines()) {
      taken.forEach(open::add);
    }
  }

  private void end(long offset) {
    progress.open = false;
    close(open.takeAll(), offset);
  }

  private void close(List<StateKey> aggregates, long offset) {
    var end = new End(offset, progress.epoch, progress.xid, progress.committedAt);
    listener.closed(end);
    say(aggregates, end);
  }

  private void say(List<StateKey> aggregates, End end) {
    switch (phase()) {
      case MISSING -> {}
      case SCANNING -> listener.ended(visited(aggregates), end);
      case DONE -> listener.ended(aggregates, end);
    }
  }

  private List<StateKey> visited(List<StateKey> aggregates) {
    var visited = new ArrayList<StateKey>(aggregates.size());
    for (StateKey aggregate : aggregates) {
      if (cursor != null && aggregate.compareTo(cursor) <= 0) {
        visited.add(aggregate);
      }
    }
    return visited;
  }
}
