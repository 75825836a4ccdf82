package dev.tandem.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;

/// Fills the legacy shop, inside the database and the same way every time.
public final class ShopData {
  static final int CUSTOMERS = 20_000;
  static final int ITEMS = 2_000;
  static final int ORDERS = 40_000;

  /// Up to these numbers people use the shop; what is above is the saboteur's, so that nobody heals
  /// a fault by chance before it is found.
  public static final int USED_CUSTOMERS = 19_000;

  public static final int USED_ITEMS = 1_900;
  public static final int USED_ORDERS = 38_000;

  private ShopData() {}

  /// Runs the example's `data.sql`.
  ///
  /// @return rows of the legacy shop
  public static long fill(Connection legacy) throws SQLException {
    long rows = 0;
    try (var statement = legacy.createStatement()) {
      statement.execute(script());
      do {
        rows += Math.max(0, statement.getLargeUpdateCount());
      } while (statement.getMoreResults() || statement.getLargeUpdateCount() >= 0);
    }
    return rows;
  }

  private static String script() {
    try {
      return Examples.text("shop", "data.sql");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
