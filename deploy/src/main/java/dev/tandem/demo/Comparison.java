package dev.tandem.demo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Compares both stores of the shop row by row, by two queries written for the purpose: what the
/// target should hold, worked out from the legacy tables by SQL, and what it holds. Shares no code
/// with the mapping it checks.
public final class Comparison {
  private static final int SAMPLES = 5;

  /// @param rows compared, by domain
  /// @param differences rows that one side has and the other has not, or has otherwise
  /// @param samples the first of them, as table and number, without contents
  public record Outcome(Map<String, Long> rows, long differences, List<String> samples) {
    public boolean isEqual() {
      return differences == 0;
    }
  }

  private final Map<String, Long> rows = new LinkedHashMap<>();
  private final List<String> samples = new ArrayList<>();
  private long differences;

  private Comparison() {}

  /// Both stores must be at rest.
  public static Outcome compare(Connection legacy, Connection target) throws SQLException {
    var comparison = new Comparison();
    for (ShopPair pair : ShopPair.ALL) {
      comparison.compare(pair, legacy, target);
    }
    return new Outcome(comparison.rows, comparison.differences, comparison.samples);
  }

  private void compare(ShopPair pair, Connection legacy, Connection target) throws SQLException {
    try (var left = legacy.createStatement();
        var right = target.createStatement();
        ResultSet expected = left.executeQuery(pair.legacy());
        ResultSet found = right.executeQuery(pair.target())) {
      boolean hasExpected = expected.next();
      boolean hasFound = found.next();
      while (hasExpected || hasFound) {
        int order =
            !hasExpected ? 1 : !hasFound ? -1 : bytewise(expected.getString(1), found.getString(1));
        if (order != 0 || !same(pair, expected, found)) {
          note(pair, order <= 0 ? expected : found, order);
        }
        rows.merge(pair.domain(), 1L, Long::sum);
        hasExpected = order <= 0 ? expected.next() : hasExpected;
        hasFound = order >= 0 ? found.next() : hasFound;
      }
    }
  }

  private static int bytewise(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean same(ShopPair pair, ResultSet expected, ResultSet found)
      throws SQLException {
    int column = 2;
    for (String namespace : pair.namespaces()) {
      if (!identifier(namespace, expected.getString(column)).equals(found.getString(column))) {
        return false;
      }
      column++;
    }
    return expected.getString(column).equals(found.getString(column));
  }

  private void note(ShopPair pair, ResultSet row, int order) throws SQLException {
    differences++;
    if (samples.size() < SAMPLES) {
      String kind = order < 0 ? "missing" : order > 0 ? "unexpected" : "different";
      samples.add(kind + ": " + pair.name() + " " + row.getString(1));
    }
  }

  /// Version 5 of RFC 9562, written again here so that a fault of the mapping's own would show.
  private static String identifier(String namespace, String name) {
    return uuid5(uuid5(TANDEM, namespace), name).toString();
  }

  private static final UUID TANDEM =
      uuid5(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "tandem.dev");

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
