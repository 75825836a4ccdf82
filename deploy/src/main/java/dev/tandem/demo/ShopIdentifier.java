package dev.tandem.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// The identifier that the target should hold for a legacy number: version 5 of RFC 9562, written
/// again here so that a fault of the mapping's own would show.
final class ShopIdentifier {
  private static final UUID TANDEM =
      uuid5(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "tandem.dev");

  private ShopIdentifier() {}

  static String of(String namespace, String name) {
    return uuid5(uuid5(TANDEM, namespace), name).toString();
  }

  private static UUID uuid5(UUID namespace, String name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(
          ByteBuffer.allocate(16)
              .putLong(namespace.getMostSignificantBits())
              .putLong(namespace.getLeastSignificantBits())
              .array());
      ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
      long high = digest.getLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x5000L;
      long low = digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
