package dev.tandem.sweep;

import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/// Reads pages over a connection of its own. The order within a page's transaction is the point:
///
/// 1. ACCESS SHARE on the table: from here on nothing rewrites it (C12);
/// 2. the snapshot, which is the transaction's first;
/// 3. the rows, in that snapshot.
///
/// Used by one thread; [#close] may be called by another, and ends a read that hangs.
final class PageReader implements AutoCloseable {
  private final SweepStores stores;
  private final PageQuery query;
  private final SweepSettings settings;
  private final long floor;
  private final Connection connection;

  /// @param floor the lowest xmin that a page may have that is read from a standby
  PageReader(SweepStores stores, PageQuery query, SweepSettings settings, long floor)
      throws SQLException {
    this.stores = stores;
    this.query = query;
    this.settings = settings;
    this.floor = floor;
    this.connection = stores.rows().connectForLong();
    try {
      prepare();
    } catch (SQLException | RuntimeException e) {
      connection.abort(Runnable::run);
      throw e;
    }
  }

  private void prepare() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = " + settings.lockTimeout().toMillis());
      statement.execute("SET idle_in_transaction_session_timeout = '60s'");
      statement.execute("SET synchronous_commit = local");
    }
    if (stores.replica().isPresent()) {
      try (Connection primary = stores.primary().connect()) {
        ReplicaRule.check(primary, connection);
      }
    }
  }

  Page read(KeyRange range) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute(query.lock());
      Snapshot snapshot = ReplicationState.snapshot(connection);
      if (stores.replica().isPresent()) {
        ReplicaRule.requireRecovery(connection);
        ReplicaRule.requireReplayed(snapshot, floor);
      }
      long readAt = clock(statement);
      return copy(query.page(range, settings.pageRows()), snapshot, readAt);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /// A log position after everything that the pages read so far have seen.
  Lsn mark(String sweep) throws SQLException {
    return stores.mark(connection, sweep);
  }

  private Page copy(String sql, Snapshot snapshot, long readAt) throws SQLException {
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
    var parser = new CopyRows(query.schema(), query.keySize());
    var rows = new ArrayList<SweptRow>(Math.min(settings.pageRows(), 16_384));
    long bytes = 0;
    for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
      SweptRow row = parser.read(message);
      if (row != null) {
        rows.add(row);
      }
      bytes += message.length;
      if (bytes > settings.pageBytes()) {
        copy.cancelCopy();
        return new Page(rows, false, snapshot, readAt);
      }
    }
    return new Page(rows, rows.size() < settings.pageRows(), snapshot, readAt);
  }

  private static long clock(Statement statement) throws SQLException {
    try (var row =
        statement.executeQuery("SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::bigint")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.abort(Runnable::run);
  }
}
