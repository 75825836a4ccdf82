package dev.tandem.image;

import dev.tandem.event.EventTable;
import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import org.jspecify.annotations.Nullable;

/// Where a change takes a row from, and where to, within one partition.
///
/// An update that changes a key or an `on` column is a leave and an enter. A table that the domain
/// uses more than once comes to every partition that one of the uses belongs to, and events whose
/// columns had names that capture did not know come to all; there each use looks whether the row is
/// its own here.
///
/// @param from null if the row was not here
/// @param to null if the row is not here any more
/// @param passage whether the row may go from one to the other
public record Placement(Use.@Nullable Place from, Use.@Nullable Place to, Passage passage) {
  /// Whether a row may go where a change takes it.
  enum Passage {
    FREE,
    /// A root goes to another partition, or comes from one, while its contract key stays: two
    /// partitions would write one row (C8).
    REFUSED
  }

  private Placement(Use.@Nullable Place from, Use.@Nullable Place to) {
    this(from, to, Passage.FREE);
  }

  /// The partition that is asked for.
  public record Here(int partition, int partitions) {}

  /// @throws MappingException if a key column is missing, unknown, or null in a root
  static Placement of(Use use, Change change, Here here) {
    Row before = change.before();
    Row after = change.after();
    if (change.op() == Op.DELETE) {
      if (before == null) {
        throw new MappingException(
            change.table().toString(), "a delete without the old row's key; see replica identity");
      }
      return new Placement(place(use, before, null, here), null);
    }
    if (after == null) {
      throw new MappingException(change.table().toString(), change.op() + " without the new row");
    }
    if (before != null && use.mayMove()) {
      int left = use.partition(before, after, here);
      int entered = use.partition(after, before, here);
      if (left != entered && use.keepsKey(before, after)) {
        return new Placement(
            left == here.partition ? use.place(before, after) : null,
            entered == here.partition ? use.place(after, before) : null,
            Passage.REFUSED);
      }
    }
    var to = place(use, after, before, here);
    return new Placement(before == null ? to : place(use, before, after, here), to);
  }

  /// Where a swept row is, or null if it is not this partition's.
  static Use.@Nullable Place of(Use use, Row row, Here here) {
    return place(use, row, null, here);
  }

  /// Whether the row stays in its place.
  boolean stays() {
    return from != null && to != null && from.row().equals(to.row());
  }

  private static Use.@Nullable Place place(Use use, Row row, @Nullable Row fallback, Here here) {
    EventTable events = use.events();
    if (events != null && !events.concerns(row)) {
      return null;
    }
    if (use.isSpread() && use.partition(row, fallback, here) != here.partition) {
      return null;
    }
    return use.place(row, fallback);
  }
}
