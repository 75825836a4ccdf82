package dev.tandem.lens;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A lens over one column that keeps NULL as null.
sealed interface OneColumn extends Lens permits Cast, Copy, Lookup, Scaled, Split, Trim, Zoned {
  Input input();

  /// The contract value of a value that is not null; null where the lens says so.
  @Nullable Object convert(Object value);

  @Override
  default List<Input> inputs() {
    return List.of(input());
  }

  @Override
  default boolean nullable() {
    return input().nullable();
  }

  @Override
  default @Nullable Object get(Cells cells) {
    Object value = cells.value(input());
    return value == null ? null : convert(value);
  }

  /// An exact inverse from one of values that are not null.
  static Inverse exact(UnaryOperator<Object> back) {
    return new Inverse.Exact(
        value -> new @Nullable Object[] {value == null ? null : back.apply(value)});
  }
}
