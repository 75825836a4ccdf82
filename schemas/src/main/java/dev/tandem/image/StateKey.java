package dev.tandem.image;

import java.util.Arrays;

/// A key of the state, by content, in the order of its unsigned bytes. The array is never changed.
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record StateKey(byte[] bytes) implements Comparable<StateKey> {
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

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "state key of " + bytes.length + " bytes";
  }
}
