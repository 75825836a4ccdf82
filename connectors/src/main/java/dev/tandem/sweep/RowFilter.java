package dev.tandem.sweep;

import dev.tandem.table.TableId;
import java.util.List;

/// Which rows of a table a sweep reads.
///
/// @param condition SQL over the table's columns, which bear the alias [#ALIAS] where other tables
///     are read too; empty for all rows
/// @param others tables that the condition reads
public record RowFilter(String condition, List<TableId> others) {
  public static final RowFilter ALL = new RowFilter("", List.of());

  /// The table that is swept, inside of a condition that reads others.
  public static final String ALIAS = "swept";

  public RowFilter {
    others = List.copyOf(others);
  }

  /// Whether every row is read: only then is a row that was not met gone.
  public boolean isComplete() {
    return condition.isEmpty();
  }
}
