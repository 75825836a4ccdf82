package dev.tandem.aligned;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A connection in a transaction that only reads, in one snapshot. The tables are locked against
/// being rewritten or emptied before the snapshot is taken, since an older one would read nothing
/// of them then (C12).
final class OpenSnapshot {
  private OpenSnapshot() {}

  /// The snapshot is taken by the next statement.
  ///
  /// @param most how long a statement may take, and how long the transaction may be idle
  static Connection open(PostgresAccess store, Collection<TableId> tables, Duration most)
      throws SQLException {
    Connection connection = store.connectForLong();
    try (var statement = connection.createStatement()) {
      statement.execute(
          "SET statement_timeout = "
              + most.toMillis()
              + "; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = "
              + most.toMillis()
              + "; SET TimeZone = 'UTC'; SET DateStyle = ISO; SET extra_float_digits = 1");
      List<String> there = there(connection, tables);
      connection.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      if (!there.isEmpty()) {
        statement.execute("LOCK TABLE " + String.join(", ", there) + " IN ACCESS SHARE MODE");
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// One that was renamed in the legacy store has another name than in the spec.
  private static List<String> there(Connection connection, Collection<TableId> tables)
      throws SQLException {
    var there = new ArrayList<String>();
    try (var query = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      for (TableId table : tables.stream().sorted().toList()) {
        query.setString(1, table.sql());
        try (var row = query.executeQuery()) {
          if (row.next() && row.getBoolean(1)) {
            there.add(table.sql());
          }
        }
      }
    }
    return there;
  }
}
