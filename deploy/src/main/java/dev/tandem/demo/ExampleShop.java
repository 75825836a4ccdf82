package dev.tandem.demo;

import dev.tandem.stack.StackAddress;
import dev.tandem.stack.StoreAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/// The example shop in a stack: its tables in both stores, and the rows of the legacy one.
///
/// @param rows that were put into the legacy store, 0 if they were there
public record ExampleShop(Path spec, long rows) {

  /// Makes what is not there yet. Each store gets all of it or nothing.
  ///
  /// @param directory where the example's files are put
  public static ExampleShop open(StackAddress stack, Path directory)
      throws IOException, SQLException {
    Path spec = Examples.unpackShop(directory);
    long rows = 0;
    try (var legacy = connect(stack.legacy());
        var target = connect(stack.target())) {
      if (lacks(legacy, "public.cust_mst")) {
        Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
        rows = ShopData.fill(legacy);
      }
      if (lacks(target, "crm.customer")) {
        Examples.execute(target, spec.resolveSibling("target.sql"));
      }
      legacy.commit();
      target.commit();
    }
    return new ExampleShop(spec, rows);
  }

  private static Connection connect(StoreAddress store) throws SQLException {
    Connection connection = store.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  private static boolean lacks(Connection store, String table) throws SQLException {
    try (var statement = store.prepareStatement("SELECT to_regclass(?) IS NULL")) {
      statement.setString(1, table);
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
