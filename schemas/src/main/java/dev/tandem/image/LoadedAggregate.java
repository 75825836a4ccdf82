package dev.tandem.image;

import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    /// Which values are unknown, and what brings them, for a person to read.
    public String waiting() {
      var columns = new TreeSet<String>();
      addUnknown(root, columns);
      children.values().forEach(list -> list.forEach(row -> addUnknown(row, columns)));
      return "expected every value, found "
          + String.join(", ", columns)
          + " unknown (too large, or unchanged and left out by the log, and nothing was kept of it);"
          + " the entity waits for a sweep or an update that brings it; fix: tandem backfill SPEC"
          + " --domain D --keys KEY start, and where keys of such rows are updated, ALTER TABLE "
          + root.schema().table()
          + " REPLICA IDENTITY FULL";
    }

    private static void addUnknown(Row row, Set<String> columns) {
      for (int i = 0; i < row.values().length; i++) {
        if (row.values()[i] == Row.UNKNOWN) {
          columns.add(row.schema().table() + "." + row.schema().fields().get(i).name());
        }
      }
    }
  }

  /// Whether a row of it has come to its place without all of its values, so that no change that
  /// is under way brings them.
  public boolean isIncomplete() {
    return isIncomplete(root)
        || children.values().stream()
            .anyMatch(list -> list.stream().anyMatch(LoadedAggregate::isIncomplete));
  }

  private static boolean isIncomplete(@Nullable Kept kept) {
    return kept != null && kept.standing() == Kept.Standing.INCOMPLETE;
  }

  /// How many rows there are, the root included.
  int size() {
    int rows = root == null ? 0 : 1;
    for (List<Kept> list : children.values()) {
      rows += list.size();
    }
    return rows;
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
