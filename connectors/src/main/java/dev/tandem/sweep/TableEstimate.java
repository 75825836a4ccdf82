package dev.tandem.sweep;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Table;
import java.sql.Connection;
import java.sql.SQLException;

/// What a sweep of a table would read, before it is ordered.
///
/// @param rows about how many
/// @param bytes about how many, as they stand in the table
/// @param ranges how many parts can be read beside each other
public record TableEstimate(long rows, long bytes, int ranges) {

  /// Asks the database, which also says whether the filter's condition makes sense.
  ///
  /// @throws SQLException in the database's words if it does not
  /// @throws IllegalArgumentException if the table has no key to page by
  public static TableEstimate of(Connection connection, Table table, RowFilter filter)
      throws SQLException {
    var query = new PageQuery(table, RowSchema.of(table), filter);
    long rows = TableSize.estimate(connection, table.id(), query);
    long width = TableSize.width(connection, query);
    int ranges = TableSize.ranges(connection, table.id(), query, rows).size();
    return new TableEstimate(rows, rows * width, ranges);
  }
}
