package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import dev.tandem.translate.Aggregates.Wish;
import dev.tandem.translate.ContractStream.Stamp;
import dev.tandem.translate.Progress.Baseline;
import dev.tandem.translate.TranslateOutput.Refusal;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Translates one partition of a domain: outbox records in, contract records out.
///
/// Rows are merged as they arrive; what they touch is translated at the end of their transaction,
/// in order of first touch (DESIGN invariant 3). A transaction ends with its last change, or where
/// a change of another one, or a new source epoch, shows that its last change was lost. A swept row
/// and a repair are a transaction of their own unless they are met inside one.
///
/// When the baselines have passed, everything kept is translated once, in the order of the state's
/// keys and in steps, so that no step outlasts a Kafka transaction. Until that is done the stream
/// is like one long transaction: no record is marked last, so that the watermark does not move over
/// a half-filled target, and aggregates not yet visited wait for their turn.
///
/// Not thread-safe. What it must remember is in its [State] once [#save()] has returned; until then
/// a part of it is in memory, so that a row which is changed twice is written once. Whoever commits
/// calls it first, and a translation that was not saved must be thrown away with what it wrote.
final class Translation {
  private final Setting setting;
  private final TableUses tables;
  private final Progress progress;
  private final KeptMarks marks;
  private final KeptRows rows;
  private final Merge merge;
  private final OpenTransaction open;
  private final ContractStream stream;
  private final Aggregates aggregates;

  /// The aggregate visited last by the first translation of everything; null before the first.
  private @Nullable StateKey cursor;

  /// What a translation is made for and runs with.
  ///
  /// @param step how many aggregates the first translation of everything visits at once
  /// @param window how many of the last aggregates decide whether the domain is stopped
  record Setting(DomainPlan plan, int partition, ContractSchemas schemas, int step, int window) {}

  Translation(Setting setting, State state, TranslateOutput output, TranslateListener listener) {
    this.setting = setting;
    DomainPlan plan = setting.plan;
    tables = new TableUses(plan);
    progress = new Progress(state.progress());
    marks = new KeptMarks(state.progress(), plan.tables());
    rows = new KeptRows(state.rows(), state.deleted());
    var rowBytes = new RowBytes(new RowSchemas(state.progress()));
    merge = new Merge(rowBytes);
    open = new OpenTransaction(state.open(), progress);
    var codec = new ContractCodec(plan, setting.schemas);
    stream = new ContractStream(output, codec, progress);
    var guard = new PoisonGuard(plan.name(), setting.window);
    aggregates =
        new Aggregates(
            rows,
            rowBytes,
            tables,
            state,
            new Aggregates.Downstream(stream, codec, output, listener, guard));
    cursor = progress.cursor();
    if (!marks.hasBaselines()) {
      progress.baseline = Baseline.MISSING;
    }
  }

  /// Takes the outbox record at an offset.
  ///
  /// @throws DomainStoppedException if too much cannot be translated
  void accept(long offset, OutboxRecord record) {
    switch (record) {
      case Change change -> change(offset, change);
      case Swept swept -> swept(offset, swept);
      case Marker marker -> marker(offset, marker);
    }
    readTo(offset);
  }

  /// Passes an outbox record that cannot be read.
  void undecodable(long offset, Refusal refusal) {
    aggregates.refuse(refusal);
    readTo(offset);
  }

  /// Forwards the current record of a contract key again, at the end of the open transaction if
  /// there is one, and when the first translation of everything is done.
  void repair(byte[] contractKey) {
    open.repair(new StateKey(contractKey));
    settle();
  }

  /// Goes on with what is under way; if nothing is, and the outbox was read further than was
  /// forwarded, says so downstream, so that the watermark reaches the outbox's end (C4).
  void tick() {
    boolean idle = !progress.open && progress.baseline == Baseline.DONE;
    if (idle && progress.seen > progress.forwarded) {
      stream.mark(ownStamp());
      settle();
    } else if (progress.baseline == Baseline.TRANSLATING) {
      settle();
    }
  }

  private void readTo(long offset) {
    progress.seen = offset;
    settle();
  }

  private void settle() {
    if (!progress.open && progress.baseline == Baseline.TRANSLATING) {
      translateNext();
    }
    if (!progress.open && progress.baseline == Baseline.DONE && open.hasRepairs()) {
      translate(List.of(), ownStamp());
    }
  }

  /// Writes what it must remember to its [State]; to be called before each commit.
  void save() {
    rows.flush();
    open.save();
    progress.save();
  }

  private void change(long offset, Change change) {
    var position = change.position();
    if (progress.open && (progress.xid != position.xid() || progress.epoch != position.epoch())) {
      endTransaction(progress.seen);
    }
    progress.epoch = position.epoch();
    progress.xid = position.xid();
    progress.committedAt = change.committedAt();
    Set<StateKey> touched = new LinkedHashSet<>();
    for (Use use : tables.of(change.table())) {
      try {
        apply(use, change, touched);
      } catch (MappingException e) {
        refuse(use, e);
      }
    }
    if (change.last() && !progress.open) {
      translate(touched, stamp(offset));
      return;
    }
    progress.open = true;
    remember(touched);
    if (change.last()) {
      endTransaction(offset);
    }
  }

  private void refuse(Use use, MappingException e) {
    aggregates.refuse(new Refusal(use.entity().name(), null, String.valueOf(e.getMessage()), ""));
  }

  private void apply(Use use, Change change, Set<StateKey> touched) {
    var author = new Merge.Author(change.position().epoch(), change.position().xid());
    if (change.op() == Op.TRUNCATE) {
      truncate(use, author, touched);
      return;
    }
    var placement = Placement.of(use, change, here());
    var from = placement.from();
    var to = placement.to();
    Kept old = from == null ? null : rows.get(from.row());
    if (from != null && !placement.stays()) {
      Kept left = merge.leave(old, author);
      if (left != null) {
        rows.putDeleted(from.row(), left);
        touched.add(from.aggregate());
      }
    }
    if (to != null && change.after() != null) {
      Kept kept = placement.stays() ? old : rows.get(to.row());
      Kept entered = merge.enter(kept, change.after(), old, author);
      if (entered != null) {
        rows.put(to.row(), entered);
        touched.add(to.aggregate());
      }
    }
  }

  private void truncate(Use use, Merge.Author author, Set<StateKey> touched) {
    marks.truncated(use.source().table(), author);
    int ordinal = use.entity().ordinal();
    byte[] entity = {(byte) (ordinal >>> 8), (byte) ordinal};
    rows.scan(
        entity,
        (key, kept) -> {
          if (!key.startsWith(entity)) {
            return false;
          }
          StateKey aggregate = tables.aggregate(key.bytes());
          boolean ofTable = (key.bytes()[aggregate.bytes().length] & 0xFF) == use.number();
          Kept left = ofTable && !kept.isDeleted() ? merge.leave(kept, author) : null;
          if (left != null) {
            rows.putDeleted(key, left);
            touched.add(aggregate);
          }
          return true;
        });
  }

  private void swept(long offset, Swept swept) {
    TableId table = swept.row().schema().table();
    if (marks.hides(table, swept.epoch(), swept.snapshot())) {
      return;
    }
    Set<StateKey> touched = new LinkedHashSet<>();
    for (Use use : tables.of(table)) {
      try {
        var place = Placement.of(use, swept.row(), here());
        if (place != null) {
          Kept kept = merge.swept(rows.get(place.row()), swept, use.source().key());
          if (kept != null) {
            rows.put(place.row(), kept);
            touched.add(place.aggregate());
          }
        }
      } catch (MappingException e) {
        refuse(use, e);
      }
    }
    if (progress.open) {
      remember(touched);
    } else {
      translate(touched, new Stamp(offset, swept.epoch(), 0, swept.readAt()));
    }
  }

  private void marker(long offset, Marker marker) {
    switch (marker.kind()) {
      case SWEEP_STARTED -> {}
      case SWEEP_ENDED -> {
        // A later full sweep of the table ends here too: what it did not meet would be a ghost.
        if (marker.table() != null && marks.baseline(marker.table())) {
          progress.baseline = Baseline.TRANSLATING;
        }
      }
      case HORIZON -> {
        Snapshot horizon = marker.snapshot();
        if (horizon != null) {
          rows.forget(marker.epoch(), horizon);
          marks.forget(marker.epoch(), horizon);
        }
      }
      case EPOCH -> {
        if (progress.open) {
          endTransaction(offset);
        }
      }
    }
  }

  /// Before the baselines nothing needs to be remembered: then everything will be translated.
  private void remember(Set<StateKey> touched) {
    if (progress.baseline != Baseline.MISSING) {
      touched.forEach(open::touch);
    }
  }

  private void endTransaction(long offset) {
    progress.open = false;
    translate(open.takeAggregates(), stamp(offset));
  }

  private void translate(Iterable<StateKey> touched, Stamp stamp) {
    if (progress.baseline == Baseline.MISSING) {
      return;
    }
    stream.begin(stamp);
    for (StateKey aggregate : touched) {
      if (isVisited(aggregate)) {
        aggregates.translate(aggregate, Wish.IF_CHANGED);
      }
    }
    if (progress.baseline == Baseline.TRANSLATING) {
      stream.pause();
      return;
    }
    if (open.hasRepairs()) {
      open.takeRepairs().forEach(aggregates::repair);
    }
    stream.end();
  }

  private boolean isVisited(StateKey aggregate) {
    return progress.baseline == Baseline.DONE || cursor != null && aggregate.compareTo(cursor) <= 0;
  }

  /// The next step of the first translation of everything.
  private void translateNext() {
    stream.begin(ownStamp());
    var step = new BaselineStep(rows, tables, aggregates, setting.step);
    cursor = step.from(cursor);
    stream.pause();
    if (step.isDone()) {
      progress.baseline = Baseline.DONE;
      progress.dropCursor();
      cursor = null;
      stream.mark(ownStamp());
    } else if (cursor != null) {
      progress.moveCursor(cursor);
    }
  }

  private Stamp stamp(long outboxEnd) {
    return new Stamp(outboxEnd, progress.epoch, progress.xid, progress.committedAt);
  }

  /// For what comes from no transaction.
  private Stamp ownStamp() {
    return new Stamp(progress.seen, progress.epoch, 0, progress.committedAt);
  }

  private Placement.Here here() {
    return new Placement.Here(setting.partition, setting.plan.partitions());
  }
}
