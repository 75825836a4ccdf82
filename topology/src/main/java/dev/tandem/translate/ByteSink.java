package dev.tandem.translate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array for keys and values of the state. Not thread-safe; reused by [#clear()].
final class ByteSink {
  private byte[] bytes = new byte[256];
  private int size;

  ByteSink clear() {
    size = 0;
    return this;
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  void put(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /// Eight bytes, big-endian.
  void putLong(long value) {
    ensure(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /// Zigzag, seven bits a byte, lowest first.
  void putVarint(long value) {
    ensure(10);
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void putRaw(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  /// Length, then the bytes.
  void putBlob(byte[] value) {
    putVarint(value.length);
    putRaw(value);
  }

  void putText(String value) {
    putBlob(value.getBytes(StandardCharsets.UTF_8));
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
