package dev.tandem.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// 128 bits that stand for a contract record's bytes, schema id included: the first half of their
/// SHA-256.
public record Digest(long high, long low) {
  /// Of no record: whatever comes next is another.
  public static final Digest NONE = new Digest(0, 0);

  /// @param sha what [#algorithm()] made; its use is over when this returns
  public static Digest of(byte[] bytes, MessageDigest sha) {
    ByteBuffer hash = ByteBuffer.wrap(sha.digest(bytes));
    return new Digest(hash.getLong(), hash.getLong());
  }

  /// Made once and used for many: to look it up costs as much as to use it. Not thread-safe.
  public static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
