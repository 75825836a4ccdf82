package dev.tandem.sweep;

import java.nio.ByteBuffer;

/// PostgreSQL's text of a numeric from its binary form: base-10000 digits, the weight of the first,
/// a sign and a display scale.
///
/// Source: PostgreSQL, numeric.c, `numeric_send` and `numeric_out`.
final class NumericText {
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xC000;
  private static final int POSITIVE_INFINITY = 0xD000;
  private static final int NEGATIVE_INFINITY = 0xF000;
  private static final int GROUP = 4;

  private NumericText() {}

  static String read(ByteBuffer in) {
    int count = in.getShort();
    int weight = in.getShort();
    int sign = in.getShort() & 0xFFFF;
    int scale = in.getShort();
    int first = in.position();
    in.position(first + count * Short.BYTES);
    return switch (sign) {
      case NAN -> "NaN";
      case POSITIVE_INFINITY -> "Infinity";
      case NEGATIVE_INFINITY -> "-Infinity";
      default -> {
        var text = new StringBuilder(count * GROUP + scale + 2);
        var digits = new Digits(in, first, count);
        if (sign == NEGATIVE) {
          text.append('-');
        }
        appendWhole(text, digits, weight);
        appendFraction(text, digits, weight, scale);
        yield text.toString();
      }
    };
  }

  private record Digits(ByteBuffer in, int first, int count) {
    private int at(int group) {
      return group >= 0 && group < count ? in.getShort(first + group * Short.BYTES) : 0;
    }
  }

  private static void appendWhole(StringBuilder text, Digits digits, int weight) {
    if (weight < 0) {
      text.append('0');
      return;
    }
    text.append(digits.at(0));
    for (int group = 1; group <= weight; group++) {
      appendGroup(text, digits.at(group), GROUP);
    }
  }

  private static void appendFraction(StringBuilder text, Digits digits, int weight, int scale) {
    if (scale > 0) {
      text.append('.');
    }
    for (int done = 0, group = weight + 1; done < scale; done += GROUP, group++) {
      appendGroup(text, digits.at(group), Math.min(GROUP, scale - done));
    }
  }

  /// The first `width` of a group's four digits.
  private static void appendGroup(StringBuilder text, int group, int width) {
    int unit = 1000;
    for (int i = 0; i < width; i++, unit /= 10) {
      text.append((char) ('0' + group / unit % 10));
    }
  }
}
