package dev.tandem.lens;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Binds the columns that the lenses of one table read to their places in its rows, once for each
/// schema that its rows ever had. Thread-safe, without a lock on the usual path.
final class Binder {
  /// In the order of their slots.
  private final List<Input> inputs;

  private final Map<RowSchema, Binding> bindings = new ConcurrentHashMap<>();

  /// The binding used last: rows of one schema come in long runs.
  private volatile @Nullable Binding last;

  Binder(List<Input> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  List<Input> inputs() {
    return inputs;
  }

  Cells cells(Row row, Map<String, List<Row>> children) {
    var binding = last;
    if (binding == null || !binding.isFor(row.schema())) {
      binding = bindings.computeIfAbsent(row.schema(), schema -> new Binding(schema, inputs));
      last = binding;
    }
    return new Cells(binding, row.values(), children);
  }
}
