package dev.tandem.capture;

import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Since which transaction a name stands for the table that it now stands for. A sweep of a page
/// that had not seen it read another table, and counts for nothing: the table has to be swept, by
/// snapshots that see whatever was going on when its changes were first read under this name.
///
/// @param since by table; names that always stood for theirs are left out
record Placements(Map<TableId, Long> since) {
  static final Placements NONE = new Placements(Map.of());

  Placements {
    since = Map.copyOf(since);
  }

  /// The sweep, if it is one of the table that now has this name, else null.
  @Nullable SweepProgress current(TableId table, @Nullable SweepProgress sweep) {
    Long placed = since.get(table);
    if (placed == null || sweep == null) {
      return sweep;
    }
    return sweep.oldest() != null && sweep.oldest().sees(placed) ? sweep : null;
  }

  /// Whether a table has yet to be swept since it has its name.
  boolean isUnswept(TableId table, @Nullable SweepProgress sweep) {
    return since.containsKey(table) && current(table, sweep) == null;
  }
}
