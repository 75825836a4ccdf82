package dev.tandem.lens;

import org.jspecify.annotations.Nullable;

/// What is left of the legacy values when only the contract value remains.
public sealed interface Inverse {
  /// Nothing is lost: `put(get(x)) = x` for every row that the lens accepts.
  record Exact(Put put) implements Inverse {}

  /// The way back is not unique.
  ///
  /// @param what is lost, to be read after "rolling back loses": `the other parts of full_name`
  record Lossy(String what) implements Inverse {}

  /// Computes the legacy values of a contract value.
  @FunctionalInterface
  interface Put {
    /// @return a value for each column that the lens reads, in its order, in the class of its
    ///     carrier
    @Nullable Object[] columns(@Nullable Object value);
  }
}
