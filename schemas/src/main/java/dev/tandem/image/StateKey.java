package dev.tandem.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A key of the state, by content, in the order of its unsigned bytes. The array is never changed.
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record StateKey(byte[] bytes) implements Comparable<StateKey> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  public boolean startsWith(byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  /// This key with one more byte.
  public StateKey with(int next) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = (byte) next;
    return new StateKey(longer);
  }

  @Override
  public int compareTo(StateKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateKey that && Arrays.equals(bytes, that.bytes);
  }

  /// Keys differ in few bytes, which the hash of an array would crowd into few values.
  @Override
  public int hashCode() {
    long hash = bytes.length;
    int at = 0;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      hash = mixed(hash ^ (long) LONGS.get(bytes, at));
    }
    for (; at < bytes.length; at++) {
      hash = hash << Byte.SIZE | bytes[at] & 0xFF;
    }
    return (int) mixed(hash);
  }

  private static long mixed(long hash) {
    long product = hash * 0x9E3779B97F4A7C15L;
    return product ^ product >>> 32;
  }

  @Override
  public String toString() {
    return "state key of " + bytes.length + " bytes";
  }
}
