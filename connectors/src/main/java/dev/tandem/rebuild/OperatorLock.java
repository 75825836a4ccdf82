package dev.tandem.rebuild;

import dev.tandem.setup.Store;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// One operator at a time changes the generations of a domain, from the first look to the last
/// thing removed. Held by a session of its own in the target, so that it ends with its holder
/// whatever befalls that.
final class OperatorLock implements AutoCloseable {
  private static final String KEY = "hashtextextended(?, 0)";
  private static final String TAKE = "SELECT pg_try_advisory_lock(" + KEY + ")";
  private static final String NAME = "SELECT set_config('application_name', ?, false)";
  private static final String HOLDER =
      """
      SELECT concat_ws(', ', 'process ' || a.pid, 'user ' || a.usename, a.application_name,
                       host(a.client_addr), 'since ' || date_trunc('second', a.backend_start))
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND (l.classid::bigint << 32) | l.objid::bigint =\s"""
          + KEY;

  private final Connection session;

  private OperatorLock(Connection session) {
    this.session = session;
  }

  /// @param doing what for, to be shown to whoever comes second
  /// @throws BusyException if somebody else is at it
  static OperatorLock take(Store target, String migration, String domain, String doing)
      throws SQLException {
    String name = "tandem.rebuild." + migration + "." + domain;
    Connection session = target.connect();
    try {
      answer(session, NAME, "tandem rebuild " + doing);
      if (answer(session, TAKE, name).equals("t")) {
        return new OperatorLock(session);
      }
      throw new BusyException(
          "expected nobody else at the generations of "
              + domain
              + ", found: "
              + answer(session, HOLDER, name)
              + " (sessions of the target); nothing was changed; fix: wait until that has ended");
    } catch (SQLException | RuntimeException failure) {
      session.close();
      throw failure;
    }
  }

  private static String answer(Connection session, String sql, String parameter)
      throws SQLException {
    try (PreparedStatement query = session.prepareStatement(sql)) {
      query.setString(1, parameter);
      try (var rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : "one that has ended just now";
      }
    }
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
