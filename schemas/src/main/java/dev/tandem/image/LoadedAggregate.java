package dev.tandem.image;

import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The kept rows of one aggregate.
///
/// @param root null if nothing is kept of it
/// @param children by source number, deletions left out; a source without rows is missing
public record LoadedAggregate(
    StateKey key, @Nullable Kept root, Map<Integer, List<Kept>> children) {
  /// Its rows, readable.
  ///
  /// @param children by list name
  public record Rows(Row root, Map<String, List<Row>> children) {
    /// Whether a value of any row is unknown.
    public boolean isPartial() {
      if (root.isPartial()) {
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
  }

  static LoadedAggregate of(StateKey key) {
    return new LoadedAggregate(key, null, new HashMap<>());
  }

  /// With one more row of it; `rowKey` begins with `key`.
  LoadedAggregate with(StateKey rowKey, Kept kept) {
    int number = rowKey.bytes()[key.bytes().length] & 0xFF;
    if (number == Use.ROOT) {
      return new LoadedAggregate(key, kept, children);
    }
    if (!kept.isDeleted()) {
      children.computeIfAbsent(number, _ -> new ArrayList<>()).add(kept);
    }
    return this;
  }

  /// Its rows, or null if the root is not there, or is an event that says so.
  ///
  /// @param sources of the entity, the root's first
  public @Nullable Rows rows(List<Source> sources, RowBytes bytes) {
    if (root == null || root.row() == null) {
      return null;
    }
    if (children.isEmpty()) {
      Row row = bytes.decode(root.row());
      var events = sources.getFirst().events();
      return events.isPresent() && events.get().isDeletion(row) ? null : new Rows(row, Map.of());
    }
    var lists = new HashMap<String, List<Row>>();
    children.forEach((number, list) -> lists.put(sources.get(number).name(), decoded(list, bytes)));
    return new Rows(bytes.decode(root.row()), lists);
  }

  private static List<Row> decoded(List<Kept> list, RowBytes bytes) {
    var rows = new ArrayList<Row>(list.size());
    for (Kept kept : list) {
      if (kept.row() != null) {
        rows.add(bytes.decode(kept.row()));
      }
    }
    return rows;
  }
}
