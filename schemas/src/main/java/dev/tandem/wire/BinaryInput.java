package dev.tandem.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Avro's binary encoding read from an array; whatever the bytes, it answers or throws
/// [UndecodableException]. Not thread-safe.
final class BinaryInput {
  private final byte[] bytes;
  private int at;

  BinaryInput(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  private void need(long width) {
    if (width < 0 || width > bytes.length - at) {
      throw new UndecodableException(
          "expected " + width + " bytes at " + at + ", the record ends at " + bytes.length);
    }
  }

  int readByte() {
    need(1);
    return bytes[at++];
  }

  boolean readBoolean() {
    return readByte() != 0;
  }

  long readLong() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new UndecodableException("number of more than 10 bytes before " + at);
  }

  int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw new UndecodableException("expected 32 bits before " + at + ", found more");
    }
    return (int) value;
  }

  /// An index below `limit`: of a union, an enum or a list.
  int readIndex(int limit) {
    long index = readLong();
    if (index < 0 || index >= limit) {
      throw new UndecodableException(
          "index " + index + " before " + at + ", expected below " + limit);
    }
    return (int) index;
  }

  long readFixed(int width) {
    need(width);
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (bytes[at++] & 0xFFL) << 8 * i;
    }
    return value;
  }

  byte[] readBytes() {
    int length = readLength();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  String readString() {
    int length = readLength();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  private int readLength() {
    long length = readLong();
    need(length);
    return (int) length;
  }

  /// The items of an array's next block, 0 at its end.
  int readBlock() {
    long count = readLong();
    if (count < 0) {
      readLong();
      count = -count;
    }
    // An item takes at least a byte, so a larger count is a lie and must not become an allocation.
    need(count);
    return (int) count;
  }

  int position() {
    return at;
  }
}
