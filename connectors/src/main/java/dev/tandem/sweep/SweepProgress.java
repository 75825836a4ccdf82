package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far the sweep of one table has come. What it says has been read stands in the outbox: it is
/// written together with the rows.
///
/// @param id names the sweep in its markers
/// @param epoch source epoch it belongs to
/// @param estimate about how many rows the table had when it began
/// @param oldest the oldest snapshot that a page was read in, null before the first page
/// @param startedAt microseconds since 1970-01-01T00:00Z
/// @param ended whether its end marker stands in the outbox
/// @param key columns that it is read by, with their types; what is left of it is told in them.
///     Empty where that was not noted
public record SweepProgress(
    TableId table,
    String id,
    int epoch,
    long estimate,
    List<Part> parts,
    @Nullable Snapshot oldest,
    long startedAt,
    boolean ended,
    String key) {
  /// @param rest what has not been read yet
  /// @param unplaced of its rows, those that were met and stand in no partition
  public record Part(KeyRange rest, long rows, long unplaced, boolean done) {}

  public SweepProgress {
    parts = List.copyOf(parts);
  }

  /// One that does not note what it is read by.
  public SweepProgress(
      TableId table,
      String id,
      int epoch,
      long estimate,
      List<Part> parts,
      @Nullable Snapshot oldest,
      long startedAt,
      boolean ended) {
    this(table, id, epoch, estimate, parts, oldest, startedAt, ended, "");
  }

  /// Whether it can be gone on with by such a key: bounds of another one would leave rows out, and
  /// who knows the table whole would take them for gone.
  boolean isReadBy(String now) {
    return key.isEmpty() || key.equals(now);
  }

  public long rows() {
    return parts.stream().mapToLong(Part::rows).sum();
  }

  /// Rows that are there and stand in no partition: no reader may take them for gone.
  public long unplaced() {
    return parts.stream().mapToLong(Part::unplaced).sum();
  }

  public boolean allRead() {
    return parts.stream().allMatch(Part::done);
  }

  /// The progress once a page of a part stands in the outbox as well.
  SweepProgress with(int part, Part now, Snapshot snapshot) {
    var next = new ArrayList<>(parts);
    next.set(part, now);
    Snapshot first = oldest == null || isOlder(snapshot, oldest) ? snapshot : oldest;
    return new SweepProgress(table, id, epoch, estimate, next, first, startedAt, ended, key);
  }

  SweepProgress asEnded() {
    return new SweepProgress(table, id, epoch, estimate, parts, oldest, startedAt, true, key);
  }

  /// Of two snapshots of one server the one taken first has neither bound above the other's, and
  /// where both bounds are the same, more transactions still running: what has committed since is
  /// all that the other sees besides.
  private static boolean isOlder(Snapshot one, Snapshot other) {
    if (one.xmax() != other.xmax()) {
      return one.xmax() < other.xmax();
    }
    return one.xmin() != other.xmin()
        ? one.xmin() < other.xmin()
        : one.running().length > other.running().length;
  }
}
