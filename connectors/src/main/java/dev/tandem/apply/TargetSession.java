package dev.tandem.apply;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection to the target with its prepared statements, opened when it is needed and again
/// after it failed. Not thread-safe.
final class TargetSession implements AutoCloseable {
  private final TargetConnections connections;
  private final SessionLimits limits;
  private final String name;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private @Nullable Connection connection;

  TargetSession(TargetConnections connections, SessionLimits limits, String name) {
    this.connections = connections;
    this.limits = limits;
    this.name = name;
  }

  /// What is done in one transaction.
  interface Work<T> {
    T in(TargetSession session) throws SQLException;
  }

  /// Runs in a transaction of its own; whatever fails is rolled back, and a connection that cannot
  /// be rolled back is given up.
  <T> T transaction(Work<T> work) throws SQLException {
    Connection open = open();
    try {
      T result = work.in(this);
      open.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      rollback(open);
      throw e;
    }
  }

  PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    PreparedStatement statement = open().prepareStatement(sql);
    prepared.put(sql, statement);
    return statement;
  }

  void execute(String sql) throws SQLException {
    try (var statement = open().createStatement()) {
      statement.execute(sql);
    }
  }

  Connection open() throws SQLException {
    if (connection != null) {
      return connection;
    }
    Connection opened = connections.open();
    try (var statement = opened.createStatement()) {
      opened.setAutoCommit(true);
      statement.execute(limits.settings(name));
      opened.setAutoCommit(false);
      connection = opened;
      return opened;
    } catch (SQLException e) {
      opened.close();
      throw e;
    }
  }

  private void rollback(Connection open) {
    try {
      open.rollback();
      if (!open.isValid(5)) {
        close();
      } else {
        open.rollback();
      }
    } catch (SQLException _) {
      close();
    }
  }

  @Override
  public void close() {
    prepared.clear();
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException _) {
        // It is given up; what it had not committed is rolled back by the server.
      }
    }
  }
}
