package dev.tandem.image;

import dev.tandem.event.EventTable;
import dev.tandem.image.Kept.Standing;
import dev.tandem.plan.MappingException;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The kept rows of one partition of one store, by aggregate. Not thread-safe.
///
/// What is changed is in memory until [#save()].
public final class Image {
  private final TableUses tables;
  private final Placement.Here here;
  private final KeptRows rows;
  private final RowBytes rowBytes;
  private final KeptMarks marks;
  private final Merge merge;

  /// Where what a record touched is put down.
  interface Touched {
    /// Told of nothing.
    Touched NOBODY = new Touched() {};

    default void add(StateKey aggregate) {}

    /// A swept row of a list does.
    default void list(StateKey aggregate, ListRow row) {}

    /// A sweep shows what the stream never told.
    default void surprised(StateKey aggregate, Surprise surprise) {}

    /// A change tells the root of an aggregate whole, whatever was kept of it.
    default void told(StateKey aggregate) {}
  }

  /// What a swept row of a list is beside what was kept of it.
  public enum ListRow {
    SAME,
    OTHER
  }

  /// What a sweep can show that the stream never told.
  public enum Surprise {
    /// A row is gone without a captured deletion.
    GHOST,
    /// A row is there, or is different, without a captured change.
    CAPTURE_LOSS
  }

  Image(TableUses tables, Placement.Here here, ImageState state, Set<TableId> baselines) {
    this.tables = tables;
    this.here = here;
    marks = new KeptMarks(state.marks(), baselines, tables::table);
    rows = new KeptRows(tables, state);
    var schemas = new RowSchemas(state.marks());
    schemas.all().forEach(tables::knew);
    rowBytes = new RowBytes(schemas);
    merge = new Merge(rowBytes);
  }

  public TableUses tables() {
    return tables;
  }

  public RowBytes rowBytes() {
    return rowBytes;
  }

  KeptMarks marks() {
    return marks;
  }

  /// The root of an aggregate, or null if nothing is kept of it.
  public @Nullable Kept root(StateKey aggregate) {
    return rows.get(aggregate, aggregate.with(Use.ROOT));
  }

  /// Keeps a root with other notes on what was forwarded of it.
  public void putRoot(StateKey aggregate, Kept root) {
    rows.put(aggregate, aggregate.with(Use.ROOT), root);
  }

  public LoadedAggregate load(StateKey aggregate) {
    if (tables.sources(aggregate.bytes()).size() == 1) {
      return new LoadedAggregate(aggregate, root(aggregate), java.util.Map.of());
    }
    var loaded = new LoadedAggregate[] {LoadedAggregate.of(aggregate)};
    rows.ofAggregate(aggregate, (key, kept) -> loaded[0] = loaded[0].with(key, kept));
    return loaded[0];
  }

  /// Visits the kept rows from `from` on until `visitor` answers false. It may write rows.
  void scan(byte[] from, BiPredicate<StateKey, Kept> visitor) {
    rows.scan(from, visitor);
  }

  /// A change of one row; that of a whole table is a [Purge].
  ///
  /// @throws MappingException if the change cannot be placed
  void change(Use use, Change change, Touched touched) {
    var author = new Merge.Author(change.position().epoch(), change.position().xid());
    if (use.events() != null) {
      event(use, change, author, touched);
      return;
    }
    var placement = Placement.of(use, change, here);
    if (placement.passage() == Placement.Passage.REFUSED && marks.hasBaselines()) {
      refuse(placement, change, author, touched);
      return;
    }
    var from = placement.from();
    var to = placement.to();
    Kept old = from == null ? null : rows.get(from.aggregate(), from.row());
    if (from != null && !placement.stays()) {
      Kept left = merge.leave(old, author);
      if (left != null) {
        rows.putDeleted(from.aggregate(), from.row(), left);
        touched.add(from.aggregate());
      }
    }
    if (to != null && change.after() != null) {
      Kept kept = placement.stays() ? old : rows.get(to.aggregate(), to.row());
      Kept filling = change.op() == Op.REPLACE ? null : old;
      Kept entered = merge.enter(kept, change.after(), filling, author);
      if (entered != null) {
        if (isStillAway(use, change, old)) {
          entered = entered.standing(Standing.ENTERED);
        } else if (change.after().isPartial() && hasCome(change, placement, old)) {
          entered = merge.atHome(entered);
        }
        rows.put(to.aggregate(), to.row(), entered);
        touched.add(to.aggregate());
        if (tellsAll(use, change)) {
          touched.told(to.aggregate());
        }
      }
    }
  }

  /// Whether a change is a root's and leaves nothing to what was kept: no value of it, nor whose
  /// row it is.
  private static boolean tellsAll(Use use, Change change) {
    return use.number() == Use.ROOT
        && change.after() != null
        && !change.after().isPartial()
        && (change.op() == Op.INSERT || !use.mayMove());
  }

  /// Whether a row has come to its place from another, of which there may be nothing here, and has
  /// not been whole since.
  private static boolean hasCome(Change change, Placement placement, @Nullable Kept old) {
    return change.op() == Op.INSERT
        || !placement.stays()
        || (old != null && old.standing() == Standing.INCOMPLETE);
  }

  /// Whether a change is one of a row that has come from another partition, and is under its key
  /// still.
  private static boolean isStillAway(Use use, Change change, @Nullable Kept old) {
    return old != null
        && old.standing() == Standing.ENTERED
        && change.op() != Op.INSERT
        && change.after() != null
        && use.keepsKey(change.before(), change.after());
  }

  /// A root goes to another partition while its contract key stays (C8). Before the baselines
  /// nothing was forwarded of it, and it leaves and enters as any other row. From then on the
  /// partition that it leaves keeps what it was, the one that it enters takes it and forwards
  /// nothing, and all is as before when it comes back.
  private void refuse(Placement placement, Change change, Merge.Author author, Touched touched) {
    var from = placement.from();
    if (from != null) {
      Kept left = merge.depart(rows.get(from.aggregate(), from.row()), author);
      if (left != null && left.isDeleted()) {
        rows.putDeleted(from.aggregate(), from.row(), left);
      } else if (left != null) {
        rows.put(from.aggregate(), from.row(), left);
        touched.add(from.aggregate());
      }
    }
    var to = placement.to();
    if (to != null && change.after() != null) {
      Kept entered = merge.arrive(rows.get(to.aggregate(), to.row()), change.after(), author);
      if (entered != null) {
        rows.put(to.aggregate(), to.row(), entered);
        touched.add(to.aggregate());
      }
    }
  }

  /// An event is what was inserted: the row may be deleted or changed afterwards, and says nothing
  /// by that.
  private void event(Use use, Change change, Merge.Author author, Touched touched) {
    Row event = change.after();
    if (event == null || change.op() != Op.INSERT && change.op() != Op.REPLACE) {
      return;
    }
    var place = Placement.of(use, event, here);
    if (place == null) {
      return;
    }
    Kept entered =
        merge.event(rows.get(place.aggregate(), place.row()), event, author, events(use));
    if (entered != null) {
      rows.put(place.aggregate(), place.row(), entered);
      touched.add(place.aggregate());
    }
  }

  private static EventTable events(Use use) {
    return Objects.requireNonNull(use.events());
  }

  /// Takes the next kept rows of a table away.
  ///
  /// @param most rows that are looked at, and at most as many more as one aggregate has
  /// @return whether that was the last of them
  boolean purge(Purge purge, int most, Touched touched) {
    List<Use> uses = tables.rowUses(tables.table(purge.by.table()));
    int left = most;
    while (purge.use() < uses.size() && left > 0) {
      var step = new PurgeStep(tables, uses.get(purge.use()), left);
      purge.come(step.from(rows, purge.cursor(), (key, kept) -> purge(purge, key, kept, touched)));
      left = step.left();
    }
    return purge.use() >= uses.size();
  }

  private void purge(Purge purge, StateKey key, Kept kept, Touched touched) {
    if (!purge.takes(kept)) {
      return;
    }
    boolean truncated = purge.by.cause() == Purge.Cause.TRUNCATION;
    Kept left = truncated ? merge.leave(kept, purge.author()) : Merge.gone(kept, purge.author());
    if (left != null) {
      StateKey aggregate = tables.aggregate(key.bytes());
      rows.putDeleted(aggregate, key, left);
      touched.add(aggregate);
      if (!truncated) {
        touched.surprised(aggregate, Surprise.GHOST);
      }
    }
  }

  /// @throws MappingException if the row cannot be placed
  void swept(Use use, Swept swept, Touched touched) {
    if (use.events() != null && !events(use).isOrdered()) {
      return;
    }
    var place = Placement.of(use, swept.row(), here);
    if (place == null) {
      return;
    }
    Kept before = rows.get(place.aggregate(), place.row());
    Kept kept =
        use.events() == null
            ? merge.swept(before, swept, use.source().key())
            : merge.sweptEvent(before, swept, use.source().key(), events(use));
    if (kept == null) {
      return;
    }
    rows.put(place.aggregate(), place.row(), kept);
    boolean verifies = swept.purpose() == Purpose.VERIFICATION;
    boolean unchanged = isUnchanged(before, kept);
    if (unchanged && (verifies || !tables.areGivenAnew())) {
      return; // Nothing but when it was met.
    }
    if (use.number() == Use.ROOT) {
      touched.add(place.aggregate());
    } else {
      touched.list(place.aggregate(), unchanged ? ListRow.SAME : ListRow.OTHER);
    }
    boolean known = isKnown(before, kept) && !(verifies && isFilled(before, kept));
    if (marks.hasBaselines() && !known) {
      touched.surprised(place.aggregate(), Surprise.CAPTURE_LOSS);
    }
  }

  private static boolean isUnchanged(@Nullable Kept before, Kept now) {
    return before != null
        && before.row() != null
        && before.standing() == Standing.OWN
        && now.standing() == Standing.OWN
        && Arrays.equals(before.row(), now.row());
  }

  /// Whether a value that the log left out is known by now. Who reads verifications alone knows it
  /// then, and nobody else.
  private boolean isFilled(@Nullable Kept before, Kept now) {
    if (before == null || before.row() == null || now.row() == null) {
      return false;
    }
    return !Arrays.equals(before.row(), now.row())
        && rowBytes.decode(before.row()).isPartial()
        && !rowBytes.decode(now.row()).isPartial();
  }

  /// Whether what a sweep met is what was kept, or no more than fills it.
  private boolean isKnown(@Nullable Kept before, Kept now) {
    if (before == null || before.standing() == Standing.ENTERED) {
      return false;
    }
    return before.provenance().equals(now.provenance())
        || (before.row() != null && sameContent(before, now));
  }

  /// Whether the columns that both rows have and know are equal: a column that was added or has
  /// another type, or a value that was not known before, is no loss.
  private boolean sameContent(Kept before, Kept kept) {
    if (before.row() == null || kept.row() == null) {
      return before.row() == kept.row();
    }
    if (Arrays.equals(before.row(), kept.row())) {
      return true;
    }
    Row old = rowBytes.decode(before.row());
    Row now = rowBytes.decode(kept.row());
    for (int i = 0; i < old.values().length; i++) {
      Object left = old.values()[i];
      Object right = now.like(old.schema().fields().get(i));
      if (left != Row.UNKNOWN && right != Row.UNKNOWN && !Objects.deepEquals(left, right)) {
        return false;
      }
    }
    return true;
  }

  /// No snapshot older than `horizon` can still arrive.
  void forget(int epoch, Snapshot horizon) {
    rows.forget(epoch, horizon);
    marks.forget(epoch, horizon);
  }

  void save() {
    rows.flush();
  }
}
