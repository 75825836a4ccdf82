package dev.tandem.image;

import org.jspecify.annotations.Nullable;

/// One step of visiting everything kept: a bounded number of aggregates, in the order of their
/// keys. Used once.
final class ScanStep {
  private final Image image;
  private final ImageFeed.Visitor visitor;
  private int left;
  private @Nullable LoadedAggregate current;
  private @Nullable StateKey visited;
  private boolean done = true;

  ScanStep(Image image, ImageFeed.Visitor visitor, int size) {
    this.image = image;
    this.visitor = visitor;
    this.left = size;
  }

  /// Visits the aggregates behind `cursor` and answers the one visited last.
  @Nullable StateKey from(@Nullable StateKey cursor) {
    visited = cursor;
    // No source has the number 255, so this lies behind the aggregate's last row.
    image.scan(cursor == null ? new byte[0] : cursor.with(0xFF).bytes(), this::meet);
    if (done) {
      finishCurrent();
    }
    return visited;
  }

  /// Whether nothing is left to visit.
  boolean isDone() {
    return done;
  }

  private boolean meet(StateKey key, Kept kept) {
    if (current == null || !key.startsWith(current.key().bytes())) {
      finishCurrent();
      if (left-- == 0) {
        done = false;
        return false;
      }
      current = LoadedAggregate.of(image.tables().aggregate(key.bytes()));
    }
    current = current.with(key, kept);
    return true;
  }

  private void finishCurrent() {
    if (current != null) {
      visitor.visit(current);
      visited = current.key();
      current = null;
    }
  }
}
