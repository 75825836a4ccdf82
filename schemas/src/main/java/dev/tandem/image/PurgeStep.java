package dev.tandem.image;

import org.jspecify.annotations.Nullable;

/// One step of looking at the kept rows of one use of a table: a bounded number of rows, in the
/// order of their keys, and whole aggregates. Used once.
final class PurgeStep {
  private final TableUses tables;
  private final Use use;
  private int left;
  private @Nullable StateKey current;
  private boolean done = true;

  /// Is shown a row, and may write it.
  interface Visitor {
    void visit(StateKey key, Kept kept);
  }

  PurgeStep(TableUses tables, Use use, int most) {
    this.tables = tables;
    this.use = use;
    this.left = most;
  }

  /// Looks at the rows behind `cursor`.
  ///
  /// @return the aggregate that was looked at last; null if nothing is left
  @Nullable StateKey from(KeptRows rows, @Nullable StateKey cursor, Visitor visitor) {
    int ordinal = use.entity().ordinal();
    byte[] entity = {(byte) (ordinal >>> 8), (byte) ordinal};
    current = cursor;
    // No source has the number 255, so this lies behind the aggregate's last row.
    rows.scan(
        cursor == null ? entity : cursor.with(0xFF).bytes(),
        (key, kept) -> key.startsWith(entity) && meet(key, kept, visitor));
    return done ? null : current;
  }

  /// How many more may be looked at.
  int left() {
    return left;
  }

  private boolean meet(StateKey key, Kept kept, Visitor visitor) {
    StateKey aggregate = tables.aggregate(key.bytes());
    if (!aggregate.equals(current)) {
      if (left <= 0) {
        done = false;
        return false;
      }
      current = aggregate;
    }
    left--;
    boolean ofUse = (key.bytes()[aggregate.bytes().length] & 0xFF) == use.number();
    if (ofUse && !kept.isDeleted()) {
      visitor.visit(key, kept);
    }
    return true;
  }
}
