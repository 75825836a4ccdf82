package dev.tandem.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array for keys and values of the state. Not thread-safe; reused by [#clear()].
public final class ByteSink {
  private byte[] bytes = new byte[256];
  private int size;

  public ByteSink clear() {
    size = 0;
    return this;
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  public void put(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  /// Eight bytes, big-endian.
  public void putLong(long value) {
    ensure(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /// Zigzag, seven bits a byte, lowest first.
  public void putVarint(long value) {
    ensure(10);
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  public void putRaw(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  /// Length, then the bytes.
  public void putBlob(byte[] value) {
    putVarint(value.length);
    putRaw(value);
  }

  public void putText(String value) {
    putBlob(value.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
