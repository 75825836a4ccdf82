package dev.tandem.lens;

import dev.tandem.row.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What lenses see of one row: its columns, and for a root the rows of its child lists.
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
record Cells(Binding binding, @Nullable Object[] values, Map<String, List<Row>> children) {
  @Nullable Object value(Input input) {
    return binding.value(values, input);
  }

  List<Row> rows(String list) {
    return children.getOrDefault(list, List.of());
  }
}
