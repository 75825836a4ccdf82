package dev.tandem.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Avro's binary encoding into a growing array. Not thread-safe.
///
/// Source: Apache Avro specification, "Binary Encoding".
final class BinaryOutput {
  private byte[] bytes;
  private int size;

  BinaryOutput(int capacity) {
    bytes = new byte[capacity];
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  void frame(int schemaId) {
    ensure(Framing.SIZE);
    Framing.write(bytes, schemaId);
    size = Framing.SIZE;
  }

  void writeByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /// Zigzag, then seven bits a byte, lowest first; serves Avro's int, long, enum and union index.
  void writeLong(long value) {
    ensure(10);
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void writeFixed(long value, int width) {
    ensure(width);
    for (int i = 0; i < width; i++) {
      bytes[size++] = (byte) (value >>> 8 * i);
    }
  }

  void writeBytes(byte[] value) {
    writeLong(value.length);
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void writeString(String value) {
    writeBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
