package dev.tandem.image;

import dev.tandem.table.TableId;
import java.util.HashSet;
import java.util.Set;

/// Nothing is forwarded before the first full sweep of every table of the domain has ended in the
/// partition (DESIGN invariant 6, C17): a root without its children would delete living children
/// downstream. Not thread-safe.
final class BaselineGate {
  private final Set<TableId> missing;

  BaselineGate(Set<TableId> tables) {
    missing = new HashSet<>(tables);
  }

  /// A full sweep of a table has ended. Answers whether that was the last one missing.
  boolean pass(TableId table) {
    return missing.remove(table) && missing.isEmpty();
  }

  void renew(Set<TableId> tables) {
    missing.addAll(tables);
  }

  boolean hasPassed(TableId table) {
    return !missing.contains(table);
  }

  boolean isOpen() {
    return missing.isEmpty();
  }
}
