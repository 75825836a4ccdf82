package dev.tandem.reconcile;

import dev.tandem.image.Kept;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.RowBytes;
import dev.tandem.row.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The rows that the target holds of one entity, as they are kept ([ObservedRows]).
///
/// @param root null where it is not there
/// @param children by source number; a source without rows is missing
record ObservedEntity(@Nullable Row root, Map<Integer, List<Row>> children) {
  static ObservedEntity of(LoadedAggregate aggregate, RowBytes bytes) {
    Kept root = aggregate.root();
    Row rootRow = root == null || root.row() == null ? null : bytes.decode(root.row());
    if (aggregate.children().isEmpty()) {
      return new ObservedEntity(rootRow, Map.of());
    }
    var children = new HashMap<Integer, List<Row>>();
    aggregate
        .children()
        .forEach(
            (number, list) -> {
              var rows = new ArrayList<Row>(list.size());
              for (Kept kept : list) {
                if (kept.row() != null) {
                  rows.add(bytes.decode(kept.row()));
                }
              }
              children.put(number, rows);
            });
    return new ObservedEntity(rootRow, children);
  }

  List<Row> children(int number) {
    return children.getOrDefault(number, List.of());
  }

  boolean isGone() {
    return root == null && children.values().stream().allMatch(List::isEmpty);
  }

  /// Whether a value of any row is unknown.
  boolean isPartial() {
    if (root != null && root.isPartial()) {
      return true;
    }
    for (List<Row> list : children.values()) {
      for (Row row : list) {
        if (row.isPartial()) {
          return true;
        }
      }
    }
    return false;
  }

  /// What `of` makes of the root, or else of the first child, with the number of its source; null
  /// if there is neither.
  byte @Nullable [] any(BiFunction<Integer, Row, byte @Nullable []> of) {
    if (root != null) {
      return of.apply(0, root);
    }
    for (var list : children.entrySet()) {
      if (!list.getValue().isEmpty()) {
        return of.apply(list.getKey(), list.getValue().getFirst());
      }
    }
    return null;
  }
}
