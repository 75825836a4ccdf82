package dev.tandem.image;

import dev.tandem.table.Carrier;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// Key values as bytes: equal bytes for equal values, and no value's bytes begin another's, so that
/// the values of several columns can stand behind each other and an aggregate is a prefix.
///
/// A value is a tag and a payload. Columns that are joined may differ in type, so equality is that
/// of the value, not of its type: integers of any width are one family, and a numeric without a
/// fraction belongs to it as well (1, 1.0 and 1.00 are equal). Integers sort by value, text by its
/// UTF-8.
public final class RowKeys {
  private static final int BOOLEAN = 1;
  private static final int INTEGER = 2;
  private static final int NUMERIC = 3;
  private static final int FLOATING = 4;
  private static final int TEXT = 5;
  private static final int BYTES = 6;

  private RowKeys() {}

  public static void append(ByteSink out, Carrier carrier, Object value) {
    switch (carrier) {
      case BOOLEAN -> {
        out.put(BOOLEAN);
        out.put((Boolean) value ? 1 : 0);
      }
      case INT, LONG, DATE, TIMESTAMP, INSTANT, TIME -> integer(out, ((Number) value).longValue());
      case NUMERIC -> numeric(out, (String) value);
      case FLOAT, DOUBLE -> {
        out.put(FLOATING);
        // Adding zero makes one of the two zeros.
        out.putLong(Double.doubleToLongBits(((Number) value).doubleValue() + 0.0));
      }
      case TEXT, UUID, JSON ->
          escaped(out, TEXT, ((String) value).getBytes(StandardCharsets.UTF_8));
      case BYTES -> escaped(out, BYTES, (byte[]) value);
    }
  }

  private static void integer(ByteSink out, long value) {
    out.put(INTEGER);
    out.putLong(value ^ Long.MIN_VALUE);
  }

  private static void numeric(ByteSink out, String text) {
    if (!text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1))) {
      escaped(out, NUMERIC, text.getBytes(StandardCharsets.UTF_8)); // NaN and the infinities
      return;
    }
    var value = new BigDecimal(text).stripTrailingZeros();
    if (value.scale() <= 0 && value.precision() - value.scale() <= 19) {
      var integer = value.toBigIntegerExact();
      if (integer.bitLength() < Long.SIZE) {
        integer(out, integer.longValueExact());
        return;
      }
    }
    escaped(out, NUMERIC, value.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// A zero byte becomes 0 255, and 0 0 ends the value: so order is kept and no value begins
  /// another.
  private static void escaped(ByteSink out, int tag, byte[] value) {
    out.put(tag);
    for (byte next : value) {
      out.put(next);
      if (next == 0) {
        out.put(0xFF);
      }
    }
    out.put(0);
    out.put(0);
  }

  /// Where the value that begins at `at` ends.
  static int skip(byte[] key, int at) {
    return switch (key[at]) {
      case BOOLEAN -> at + 2;
      case INTEGER, FLOATING -> at + 1 + Long.BYTES;
      case NUMERIC, TEXT, BYTES -> {
        int end = at + 1;
        while (key[end] != 0 || key[end + 1] != 0) {
          end += key[end] == 0 ? 2 : 1;
        }
        yield end + 2;
      }
      default ->
          throw new IllegalStateException("state key with tag " + key[at] + " at byte " + at);
    };
  }
}
