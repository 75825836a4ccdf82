package dev.tandem.demo;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
      if (!ShopIdentifier.of(namespace, expected.getString(column))
          .equals(found.getString(column))) {
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
}
