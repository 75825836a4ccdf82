package dev.tandem.image;

import dev.tandem.event.EventTable;
import dev.tandem.image.Kept.Standing;
import dev.tandem.position.Provenance;
import dev.tandem.position.Visibility;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What becomes of a kept row when something arrives for it (DESIGN invariants 7 and 13).
///
/// Who wins is decided by [Visibility]. Unknown columns are then filled by column, in both
/// directions: a change that does not know a column takes it from the row kept before, and a kept
/// row that does not know one takes it from a swept row that would otherwise be dropped. A value is
/// never taken from another source epoch. Each method answers null where nothing changes.
final class Merge {
  private final RowBytes rows;

  Merge(RowBytes rows) {
    this.rows = rows;
  }

  /// Who made a change.
  record Author(int epoch, long xid) {}

  /// A row is inserted, updated or comes in from another aggregate.
  ///
  /// @param old what was kept of the same row, `kept` itself unless the row has moved; null where
  ///     nothing is to be filled from it, as nothing is from a row that had left
  @Nullable Kept enter(@Nullable Kept kept, Row after, @Nullable Kept old, Author author) {
    if (decide(kept, author) != Visibility.Decision.TAKE) {
      return null;
    }
    Row whole = after;
    if (after.isPartial()
        && old != null
        && old.row() != null
        && old.standing() != Standing.LEFT
        && old.provenance().epoch() == author.epoch) {
      whole = fill(after, rows.decode(old.row()));
    }
    return kept(kept, author, rows.encode(whole));
  }

  /// A row is deleted, or leaves for another aggregate.
  @Nullable Kept leave(@Nullable Kept kept, Author author) {
    return decide(kept, author) == Visibility.Decision.TAKE ? kept(kept, author, null) : null;
  }

  /// A root leaves for another partition under the same key: the row that this partition wrote
  /// stays as it was. One that had only come to it is gone.
  @Nullable Kept depart(@Nullable Kept kept, Author author) {
    if (kept == null || !isWriter(kept)) {
      return leave(kept, author);
    }
    return decide(kept, author) == Visibility.Decision.TAKE
        ? kept(kept, author, kept.row()).standing(Standing.LEFT)
        : null;
  }

  /// A root comes from another partition under the same key. Where this partition wrote the row it
  /// has come home. What it was while it was away is not known here, so nothing is filled from it.
  @Nullable Kept arrive(@Nullable Kept kept, Row after, Author author) {
    Kept entered = enter(kept, after, null, author);
    if (entered == null) {
      return null;
    }
    return kept != null && isWriter(kept) ? atHome(entered) : entered.standing(Standing.ENTERED);
  }

  /// A row that has come to its place, and is this partition's. What is unknown of it nobody will
  /// say by himself.
  Kept atHome(Kept kept) {
    boolean partial = kept.row() != null && rows.decode(kept.row()).isPartial();
    return kept.standing(partial ? Standing.INCOMPLETE : Standing.OWN);
  }

  private static boolean isWriter(Kept kept) {
    return kept.row() != null && kept.standing() != Standing.ENTERED;
  }

  /// A sweep shows where a row stands. One that had come from another partition is this
  /// partition's from then on, also where the kept row is newer than the page.
  ///
  /// @param key the columns that name a row of the table: a place may have held another row before,
  ///     and that one fills nothing
  @Nullable Kept swept(@Nullable Kept kept, Swept swept, List<String> key) {
    Provenance provenance = kept == null ? null : kept.provenance();
    return switch (Visibility.swept(provenance, swept.epoch(), swept.snapshot())) {
      case TAKE -> bySweep(kept, swept);
      case FILL -> {
        Kept filled = filled(kept, swept.row(), key);
        if (kept == null || kept.standing() != Standing.ENTERED) {
          yield filled;
        }
        yield atHome(filled == null ? kept : filled);
      }
      case DROP -> null;
    };
  }

  /// An event is inserted. Of two that the stream brings, the one that was committed later stays; a
  /// swept one is of no transaction that is known, so that the declared order decides.
  @Nullable Kept event(@Nullable Kept kept, Row event, Author author, EventTable events) {
    boolean older =
        kept != null
            && kept.row() != null
            && kept.provenance() instanceof Provenance.BySweep
            && kept.provenance().epoch() == author.epoch
            && events.compare(event, rows.decode(kept.row())) < 0;
    boolean ofAnOlderEpoch = kept != null && kept.provenance().epoch() > author.epoch;
    return older || ofAnOlderEpoch ? null : kept(kept, author, rows.encode(event));
  }

  /// A sweep meets an event, one of perhaps many of its aggregate, whose page may be older or newer
  /// than those of the others: the declared order decides.
  ///
  /// @param key the columns that name an event
  @Nullable Kept sweptEvent(@Nullable Kept kept, Swept swept, List<String> key, EventTable events) {
    int epochs = kept == null ? 1 : Integer.compare(swept.epoch(), kept.provenance().epoch());
    if (kept == null || kept.row() == null || epochs != 0) {
      return epochs < 0 ? null : bySweep(kept, swept);
    }
    int order = events.compare(swept.row(), rows.decode(kept.row()));
    return order > 0 ? bySweep(kept, swept) : order == 0 ? filled(kept, swept.row(), key) : null;
  }

  private Kept bySweep(@Nullable Kept kept, Swept swept) {
    return new Kept(
        new Provenance.BySweep(swept.epoch(), swept.snapshot()),
        kept == null ? null : kept.forwarded(),
        rows.encode(swept.row()));
  }

  private @Nullable Kept filled(@Nullable Kept kept, Row from, List<String> key) {
    if (kept == null || kept.row() == null) {
      return null;
    }
    Row row = rows.decode(kept.row());
    if (!row.isPartial() || !sameRow(row, from, key)) {
      return null;
    }
    var filled =
        new Kept(
            kept.provenance(), kept.forwarded(), rows.encode(fill(row, from)), kept.standing());
    return kept.standing() == Standing.INCOMPLETE ? atHome(filled) : filled;
  }

  private static boolean sameRow(Row left, Row right, List<String> key) {
    for (String column : key) {
      if (!Objects.deepEquals(left.value(column), right.value(column))) {
        return false;
      }
    }
    return true;
  }

  private static Visibility.Decision decide(@Nullable Kept kept, Author author) {
    return Visibility.change(kept == null ? null : kept.provenance(), author.epoch, author.xid);
  }

  /// The memory that a row is gone.
  static Kept gone(Kept before, Author author) {
    return kept(before, author, null);
  }

  private static Kept kept(@Nullable Kept before, Author author, byte @Nullable [] row) {
    return new Kept(
        new Provenance.ByChange(author.epoch, author.xid),
        before == null ? null : before.forwarded(),
        row);
  }

  /// `row` with its unknown columns taken from `from`, by name. What came as another type stays
  /// unknown.
  static Row fill(Row row, Row from) {
    @Nullable Object[] values = row.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == Row.UNKNOWN) {
        values[i] = from.like(row.schema().fields().get(i));
      }
    }
    return new Row(row.schema(), values);
  }
}
