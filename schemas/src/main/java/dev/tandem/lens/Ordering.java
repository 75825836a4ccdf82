package dev.tandem.lens;

import dev.tandem.table.Carrier;
import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The order of column values: that of SQL for numbers and times, of UTF-16 for text, NULLs last.
final class Ordering {
  private Ordering() {}

  static int of(Carrier carrier, @Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a == null, b == null);
    }
    return switch (carrier) {
      case BOOLEAN -> ((Boolean) a).compareTo((Boolean) b);
      case INT, DATE -> ((Integer) a).compareTo((Integer) b);
      case LONG, TIMESTAMP, INSTANT, TIME -> ((Long) a).compareTo((Long) b);
      case FLOAT -> ((Float) a).compareTo((Float) b);
      case DOUBLE -> ((Double) a).compareTo((Double) b);
      case NUMERIC -> numeric((String) a, (String) b);
      case TEXT, UUID, JSON -> ((String) a).compareTo((String) b);
      case BYTES -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
    };
  }

  /// Minus infinity, numbers, infinity, NaN.
  private static int numeric(String a, String b) {
    int byRank = Integer.compare(rank(a), rank(b));
    return byRank != 0 || rank(a) != 0 ? byRank : new BigDecimal(a).compareTo(new BigDecimal(b));
  }

  private static int rank(String numeric) {
    return switch (numeric) {
      case "-Infinity" -> -1;
      case "Infinity" -> 1;
      case "NaN" -> 2;
      default -> 0;
    };
  }
}
