package dev.tandem.lens;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where the columns of a [Binder] stand in rows of one schema. A column that is missing or came in
/// another type is no error until a lens asks for it, so that a key can still be computed.
final class Binding {
  private final RowSchema schema;

  /// By slot: the index in the row; -1 where the row has no such column, -2 where its type cannot
  /// be read as the one that the mapping was compiled for.
  private final int[] index;

  /// By slot: how a value in an older or newer type is read as the compiled one.
  private final @Nullable UnaryOperator<Object>[] widening;

  Binding(RowSchema schema, List<Input> inputs) {
    this.schema = schema;
    this.index = new int[inputs.size()];
    @SuppressWarnings({"unchecked", "rawtypes"})
    @Nullable UnaryOperator<Object>[] widenings = new UnaryOperator[inputs.size()];
    this.widening = widenings;
    for (int slot = 0; slot < index.length; slot++) {
      bind(slot, inputs.get(slot));
    }
  }

  private void bind(int slot, Input input) {
    index[slot] = schema.indexOf(input.column());
    if (index[slot] < 0) {
      return;
    }
    var field = schema.fields().get(index[slot]);
    if (field.array() != input.array()) {
      index[slot] = -2;
    } else if (field.carrier() != input.carrier()) {
      widening[slot] = Widening.of(field.carrier(), input.carrier());
      if (widening[slot] == null || input.array()) {
        index[slot] = -2;
      }
    }
  }

  /// By identity, which is all that a run of rows needs; equal schemas meet in [Binder].
  @SuppressWarnings("ReferenceEquality")
  boolean isFor(RowSchema other) {
    return schema == other;
  }

  /// The value of a column in its carrier's class, or null for SQL NULL.
  ///
  /// @throws Refused if it is not known, missing or of another type
  @Nullable Object value(@Nullable Object[] values, Input input) {
    int at = index[input.slot()];
    if (at < 0) {
      throw new Refused(
          at == -1
              ? "expected column " + input + " in " + schema.table() + ", found none"
              : "expected column " + input + " in " + schema.table() + ", found another type");
    }
    Object value = values[at];
    if (value == Row.UNKNOWN) {
      throw new Refused("value not known yet (unchanged TOAST value)");
    }
    var widened = widening[input.slot()];
    return widened == null || value == null ? value : widened.apply(value);
  }
}
