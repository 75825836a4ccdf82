package dev.tandem.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads what a [ByteSink] wrote. State is written by this program alone, so bytes that do not fit
/// are a bug and end in an index error. Not thread-safe.
public final class ByteSource {
  private final byte[] bytes;
  private int at;

  public ByteSource(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Whether nothing is left.
  public boolean isEmpty() {
    return at == bytes.length;
  }

  public int take() {
    return bytes[at++];
  }

  public long takeLong() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | bytes[at++] & 0xFF;
    }
    return value;
  }

  public long takeVarint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
  }

  public int takeInt() {
    return Math.toIntExact(takeVarint());
  }

  public byte[] takeBlob() {
    int length = takeInt();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  public String takeText() {
    int length = takeInt();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  public byte[] takeRest() {
    return Arrays.copyOfRange(bytes, at, bytes.length);
  }
}
