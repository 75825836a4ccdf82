package dev.tandem.aligned;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.sweep.SweepRefusal;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A connection in a transaction that only reads, in one snapshot. The tables are locked against
/// being rewritten or emptied before the snapshot is taken, since an older one would read nothing
/// of them then (C12).
final class OpenSnapshot {
  private static final String LOCKABLE =
      "SELECT relkind IN ('r', 'p') AND has_table_privilege(oid, 'SELECT') FROM pg_class"
          + " WHERE oid = to_regclass(?)";

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

  /// Some tables, and what queries would read besides, as far as it can be locked: no foreign table
  /// or materialized view, and none that only a view's owner may read. A query that the store
  /// refuses reads nothing.
  static Set<TableId> read(PostgresAccess store, Collection<TableId> tables, List<String> queries)
      throws SQLException {
    var all = new TreeSet<>(tables);
    try (Connection connection = store.connect()) {
      try (var statement = connection.createStatement()) {
        statement.execute(
            "SET default_transaction_read_only = on; SET statement_timeout = '10s';"
                + " SET lock_timeout = '5s'");
      }
      for (String sql : queries) {
        try {
          all.addAll(lockable(connection, ResultReader.tables(connection, sql)));
        } catch (SQLException e) {
          if (SweepRefusal.passes(e)) {
            throw e;
          }
        }
      }
    }
    return all;
  }

  private static List<TableId> lockable(Connection connection, Collection<TableId> tables)
      throws SQLException {
    var lockable = new ArrayList<TableId>();
    try (var query = connection.prepareStatement(LOCKABLE)) {
      for (TableId table : tables) {
        query.setString(1, table.sql());
        try (var row = query.executeQuery()) {
          if (row.next() && row.getBoolean(1)) {
            lockable.add(table);
          }
        }
      }
    }
    return lockable;
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
