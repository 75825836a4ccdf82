package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The rule of columns that came in another type than the mapping was compiled for: what is
/// narrower is read exactly, anything else is not guessed at.
public final class Widening {
  private Widening() {}

  /// How a value is read as a wider one; null if `wanted` is not wider than `found`.
  static @Nullable UnaryOperator<Object> of(Carrier found, Carrier wanted) {
    return switch (wanted) {
      case LONG -> found == Carrier.INT ? value -> (long) (Integer) value : null;
      case NUMERIC ->
          found == Carrier.INT || found == Carrier.LONG ? value -> value.toString() : null;
      case TEXT -> found == Carrier.UUID || found == Carrier.JSON ? UnaryOperator.identity() : null;
      case DOUBLE -> found == Carrier.FLOAT ? value -> (double) (Float) value : null;
      default -> null;
    };
  }

  /// Whether every value of one carrier is exactly one of another.
  public static boolean isExact(Carrier found, Carrier wanted) {
    return found == wanted || of(found, wanted) != null;
  }
}
