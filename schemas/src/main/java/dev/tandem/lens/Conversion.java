package dev.tandem.lens;

import java.util.Optional;
import java.util.function.UnaryOperator;

/// How values of one carrier stand as values of one Avro schema, nulls aside.
///
/// @param back the way back, where nothing is lost
/// @param lost what is lost otherwise
record Conversion(UnaryOperator<Object> to, Optional<UnaryOperator<Object>> back, String lost) {
  private static final UnaryOperator<Object> SAME = UnaryOperator.identity();

  static Conversion exact(UnaryOperator<Object> to, UnaryOperator<Object> back) {
    return new Conversion(to, Optional.of(back), "");
  }

  static Conversion same() {
    return exact(SAME, SAME);
  }

  /// Whether every value stays the very value it is.
  boolean isSame() {
    return to == SAME;
  }

  static Conversion lossy(UnaryOperator<Object> to, String lost) {
    return new Conversion(to, Optional.empty(), lost);
  }
}
