package dev.tandem.image;

import dev.tandem.position.Snapshot;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The [Purge] that is under way in a partition, if one is. Saved once per commit; not thread-safe.
final class Purging {
  private final SortedBytes store;
  private final Image image;
  private final int step;
  private @Nullable Purge purge;

  /// Whether one stands in the store.
  private boolean isSaved;

  /// @param step rows that are looked at in one step
  Purging(SortedBytes store, Image image, int step) {
    this.store = store;
    this.image = image;
    this.step = step;
    purge = Purge.load(store);
    isSaved = purge != null;
  }

  boolean isUnderWay() {
    return purge != null;
  }

  /// Whether it is of a verification.
  boolean isOfVerification() {
    return purge != null && purge.by.verifies();
  }

  void begin(long offset, Change truncation) {
    var position = truncation.position();
    image.marks().truncated(truncation.table(), new Merge.Author(position.epoch(), position.xid()));
    var by =
        new Purge.By(
            Purge.Cause.TRUNCATION,
            truncation.table(),
            offset,
            position.epoch(),
            position.xid(),
            truncation.committedAt(),
            truncation.last(),
            false);
    purge = new Purge(by, null);
  }

  /// @param end of a sweep
  /// @param oldest the oldest snapshot in which a page of it was read
  void begin(Purge.Cause cause, long offset, Marker end, Snapshot oldest) {
    var by =
        new Purge.By(
            cause,
            Objects.requireNonNull(end.table()),
            offset,
            end.epoch(),
            0,
            end.at(),
            false,
            end.isOfVerification());
    purge = new Purge(by, oldest);
  }

  /// Goes on by a step.
  ///
  /// @return the record that is taken whole now; null where more is left
  Purge.@Nullable By step(Image.Touched tracker) {
    Purge under = Objects.requireNonNull(purge);
    if (!image.purge(under, step, tracker)) {
      return null;
    }
    purge = null;
    return under.by;
  }

  boolean isSilent() {
    return purge != null && purge.by.cause() == Purge.Cause.BASELINE;
  }

  /// Nothing is under way any more.
  void drop() {
    purge = null;
  }

  void save() {
    if (purge != null || isSaved) {
      Purge.save(store, purge);
      isSaved = purge != null;
    }
  }
}
