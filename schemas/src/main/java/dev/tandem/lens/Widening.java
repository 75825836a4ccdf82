package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The rule of columns that came in another type than the mapping was compiled for: what is
/// narrower is read exactly, a number as its text where text is wanted, anything else is not
/// guessed at.
public final class Widening {
  private Widening() {}

  /// How a value is read as a wider one, or as the text that PostgreSQL makes of it; null if
  /// `wanted` is neither.
  static @Nullable UnaryOperator<Object> of(Carrier found, Carrier wanted) {
    return switch (wanted) {
      case LONG -> found == Carrier.INT ? value -> (long) (Integer) value : null;
      case NUMERIC ->
          found == Carrier.INT || found == Carrier.LONG ? value -> value.toString() : null;
      case TEXT ->
          switch (found) {
            case UUID, JSON, NUMERIC -> UnaryOperator.identity();
            case INT, LONG -> Object::toString;
            default -> null;
          };
      case DOUBLE -> found == Carrier.FLOAT ? value -> (double) (Float) value : null;
      default -> null;
    };
  }

  /// Whether every value of one carrier is exactly one of another.
  public static boolean isExact(Carrier found, Carrier wanted) {
    return found == wanted || of(found, wanted) != null && !isNumber(found, wanted);
  }

  /// Whether a value of one carrier is read where another is wanted. That is more than
  /// [#isExact]: a number has a text, but is told apart by another form than the text is.
  public static boolean isReadable(Carrier found, Carrier wanted) {
    return found == wanted || of(found, wanted) != null;
  }

  private static boolean isNumber(Carrier found, Carrier wanted) {
    return wanted == Carrier.TEXT
        && (found == Carrier.INT || found == Carrier.LONG || found == Carrier.NUMERIC);
  }
}
