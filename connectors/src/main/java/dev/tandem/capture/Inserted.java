package dev.tandem.capture;

import dev.tandem.row.Row;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The roots that the open transaction has inserted, as far as they may change their partition
/// without their key. Until it ends nobody was told of them, so they may still go to another
/// partition. Not thread-safe.
final class Inserted {
  /// Of more nobody knows; a root that moves is then refused as any other.
  private static final int MOST = 100_000;

  private final Set<Root> roots = new HashSet<>();

  /// @param key as its part names it
  private record Root(int domain, String entity, Object key) {}

  void add(Part part, Row row) {
    Object key = roots.size() < MOST ? key(part, row) : null;
    if (key != null) {
      roots.add(new Root(part.domain(), part.entity(), key));
    }
  }

  boolean holds(Part part, @Nullable Row row) {
    Object key = roots.isEmpty() || row == null ? null : key(part, row);
    return key != null && roots.contains(new Root(part.domain(), part.entity(), key));
  }

  /// A row that has no key is captured like any other; a lens in Java may throw anything.
  private static @Nullable Object key(Part part, Row row) {
    try {
      return part.keyOfMovable(row);
    } catch (RuntimeException nameless) {
      return null;
    }
  }

  /// The transaction has ended.
  void clear() {
    roots.clear();
  }
}
