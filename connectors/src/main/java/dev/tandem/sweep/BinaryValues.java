package dev.tandem.sweep;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values in PostgreSQL's binary form as the carriers' values.
///
/// Source of the form: each type's send function.
public final class BinaryValues {
  private static final long EPOCH_MICROS = 946_684_800_000_000L;
  private static final int EPOCH_DAYS = 10_957;

  private BinaryValues() {}

  /// Reads one value that is not NULL, an array of one dimension at most.
  ///
  /// @param in a buffer over an array; its position is behind what was read afterwards
  /// @param length of the value in bytes
  public static Object read(RowSchema.Field field, ByteBuffer in, int length) {
    return field.array() ? array(field.carrier(), in) : value(field.carrier(), in, length);
  }

  private static List<@Nullable Object> array(Carrier carrier, ByteBuffer in) {
    int dimensions = in.getInt();
    in.position(in.position() + 2 * Integer.BYTES);
    int size = dimensions == 0 ? 0 : in.getInt();
    var elements = new ArrayList<@Nullable Object>(size);
    if (size > 0) {
      in.getInt(); // lower bound
    }
    for (int i = 0; i < size; i++) {
      int length = in.getInt();
      elements.add(length < 0 ? null : value(carrier, in, length));
    }
    return elements;
  }

  private static Object value(Carrier carrier, ByteBuffer in, int length) {
    return switch (carrier) {
      case BOOLEAN -> in.get() != 0;
      case INT -> length == Short.BYTES ? (int) in.getShort() : in.getInt();
      case LONG -> length == Integer.BYTES ? Integer.toUnsignedLong(in.getInt()) : in.getLong();
      case FLOAT -> in.getFloat();
      case DOUBLE -> in.getDouble();
      case NUMERIC -> NumericText.read(in);
      case TEXT -> text(in, length);
      case BYTES -> bytes(in, length);
      case DATE -> date(in.getInt());
      case TIMESTAMP, INSTANT -> timestamp(in.getLong());
      case TIME -> in.getLong();
      case UUID -> new java.util.UUID(in.getLong(), in.getLong()).toString();
      case JSON -> json(in, length);
    };
  }

  /// jsonb is its text after a version byte of 1; json is its text, which never begins so.
  private static String json(ByteBuffer in, int length) {
    boolean versioned = length > 0 && in.get(in.position()) == 1;
    if (versioned) {
      in.get();
    }
    return text(in, versioned ? length - 1 : length);
  }

  /// The least and the greatest value stand for the infinities; the greatest also for the last
  /// years of the calendar, whose microseconds since 1970 no 64 bits hold.
  private static int date(int days) {
    return days == Integer.MAX_VALUE || days == Integer.MIN_VALUE ? days : days + EPOCH_DAYS;
  }

  private static long timestamp(long micros) {
    return micros == Long.MIN_VALUE || micros > Long.MAX_VALUE - EPOCH_MICROS
        ? micros == Long.MIN_VALUE ? micros : Long.MAX_VALUE
        : micros + EPOCH_MICROS;
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  static String text(ByteBuffer in, int length) {
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
