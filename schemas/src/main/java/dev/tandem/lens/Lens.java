package dev.tandem.lens;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// One field mapping, legacy to contract: a pure function of one row (and, for a root, of its
/// children), typed when it is made, which knows its inverse or says what it loses.
sealed interface Lens
    permits Concat, Constant, CopyArray, Custom, Default, Each, Join, Nested, OneColumn, Uuid5 {

  /// The columns it reads, in the order in which [Inverse.Exact] gives them back.
  List<Input> inputs();

  /// The schema of what it yields, null aside.
  Schema output();

  /// Whether it can yield null.
  boolean nullable();

  /// The contract value.
  ///
  /// @throws Refused if the row cannot be translated
  @Nullable Object get(Cells cells);

  Inverse inverse();

  /// Whether different column values always give different results, so that it may be part of a
  /// key.
  default boolean injective() {
    return inverse() instanceof Inverse.Exact;
  }
}
