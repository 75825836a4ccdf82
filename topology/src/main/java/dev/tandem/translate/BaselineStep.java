package dev.tandem.translate;

import dev.tandem.translate.Aggregates.Loaded;
import dev.tandem.translate.Aggregates.Wish;
import org.jspecify.annotations.Nullable;

/// One step of the first translation of everything: a bounded number of aggregates, in the order of
/// their keys. Used once.
final class BaselineStep {
  private final KeptRows rows;
  private final TableUses tables;
  private final Aggregates aggregates;
  private int left;
  private @Nullable Loaded current;
  private @Nullable StateKey visited;
  private boolean done = true;

  BaselineStep(KeptRows rows, TableUses tables, Aggregates aggregates, int size) {
    this.rows = rows;
    this.tables = tables;
    this.aggregates = aggregates;
    this.left = size;
  }

  /// Translates the aggregates behind `cursor` and answers the one visited last.
  @Nullable StateKey from(@Nullable StateKey cursor) {
    visited = cursor;
    // No source has the number 255, so this lies behind the aggregate's last row.
    rows.scan(cursor == null ? new byte[0] : cursor.with(0xFF).bytes(), this::visit);
    if (done) {
      finishCurrent();
    }
    return visited;
  }

  /// Whether nothing is left to visit.
  boolean isDone() {
    return done;
  }

  private boolean visit(StateKey key, Kept kept) {
    if (current == null || !key.startsWith(current.key().bytes())) {
      finishCurrent();
      if (left-- == 0) {
        done = false;
        return false;
      }
      current = Loaded.of(tables.aggregate(key.bytes()));
    }
    current = current.with(key, kept);
    return true;
  }

  private void finishCurrent() {
    if (current != null) {
      aggregates.translate(current, Wish.IF_CHANGED);
      visited = current.key();
      current = null;
    }
  }
}
