package dev.tandem.canon;

/// SipHash-2-4 with 128 bits of output: a keyed digest that is fast on short inputs, and that
/// nobody without the key can compute or collide. Immutable.
///
/// Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", and the 128-bit
/// variant of their reference implementation.
public final class SipHash {
  /// Bytes of a key.
  public static final int KEY_SIZE = 16;

  private final long k0;
  private final long k1;

  /// 128 bits; their sum, as one number modulo 2^128, stands for a bag of what they stand for.
  public record Digest(long high, long low) {
    public static final Digest ZERO = new Digest(0, 0);

    public Digest plus(Digest other) {
      long sum = low + other.low;
      long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
      return new Digest(high + other.high + carry, sum);
    }
  }

  /// @param key of 16 bytes
  public SipHash(byte[] key) {
    if (key.length != KEY_SIZE) {
      throw new IllegalArgumentException(
          "expected a key of " + KEY_SIZE + " bytes, found " + key.length);
    }
    k0 = word(key, 0);
    k1 = word(key, 8);
  }

  private static long word(byte[] bytes, int at) {
    long word = 0;
    for (int i = 0; i < 8; i++) {
      word |= (bytes[at + i] & 0xFFL) << 8 * i;
    }
    return word;
  }

  public Digest digest(byte[] bytes) {
    return digest(bytes, bytes.length);
  }

  /// @param length how many bytes count
  public Digest digest(byte[] bytes, int length) {
    var state = new State(k0, k1);
    int whole = length & ~7;
    for (int at = 0; at < whole; at += 8) {
      state.compress(word(bytes, at));
    }
    long last = (long) length << 56;
    for (int i = whole; i < length; i++) {
      last |= (bytes[i] & 0xFFL) << 8 * (i - whole);
    }
    state.compress(last);
    return state.end();
  }

  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL ^ 0xee;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    void compress(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    Digest end() {
      v2 ^= 0xee;
      long low = finish();
      v1 ^= 0xdd;
      return new Digest(finish(), low);
    }

    private long finish() {
      for (int i = 0; i < 4; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
