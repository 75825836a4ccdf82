package dev.tandem.sweep;

import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import java.util.List;

/// One row of a page.
public sealed interface SweptRow {
  /// Its key columns as PostgreSQL's text.
  List<String> key();

  record Whole(List<String> key, Row row) implements SweptRow {}

  /// A row with a value that has no faithful form, such as an array of two dimensions.
  record Unreadable(List<String> key, TableId table, String reason) implements SweptRow {}
}
