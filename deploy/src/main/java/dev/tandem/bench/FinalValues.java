package dev.tandem.bench;

import dev.tandem.stack.StoreAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// What some rows hold once a backlog has gone the whole way: asked of a copy of the table, it says
/// how far that is, for a few index look-ups.
///
/// Rows of a key arrive in order in their partition, so the backlog has arrived when the rows that
/// it changed last have: of so many of them each partition has some.
final class FinalValues implements AutoCloseable {
  private static final int LAST = 1_000;
  private static final int SAMPLES = 300;

  private final Connection copy;
  private final PreparedStatement last;
  private final PreparedStatement sample;
  private final Backlog backlog;

  /// @param legacy its table, with the backlog in it
  /// @param table the copy, with its schema
  FinalValues(StoreAddress legacy, StoreAddress target, String table, Backlog backlog)
      throws SQLException {
    this.backlog = backlog;
    this.copy = target.connect();
    int to = backlog.lastKey();
    int step = Math.max(1, Math.min(backlog.entities(), backlog.changes()) / SAMPLES);
    this.last = prepare(legacy, table, "id > " + (to - LAST) + " AND id <= " + to);
    this.sample = prepare(legacy, table, "id % " + step + " = 0 AND id <= " + backlog.changes());
  }

  private PreparedStatement prepare(StoreAddress legacy, String table, String which)
      throws SQLException {
    var statement =
        copy.prepareStatement(
            "SELECT count(*) FILTER (WHERE held.amt_cents = w.amt_cents), count(*)"
                + " FROM unnest(?::integer[], ?::bigint[]) AS w(id, amt_cents)"
                + " LEFT JOIN "
                + table
                + " held ON held.id = w.id");
    try (var connection = legacy.connect();
        var query = connection.createStatement();
        var found =
            query.executeQuery(
                "SELECT array_agg(id ORDER BY id), array_agg(amt_cents ORDER BY id)"
                    + " FROM item WHERE "
                    + which)) {
      found.next();
      statement.setArray(1, copy.createArrayOf("int4", (Object[]) found.getArray(1).getArray()));
      statement.setArray(2, copy.createArrayOf("int8", (Object[]) found.getArray(2).getArray()));
    }
    return statement;
  }

  boolean areThere() throws SQLException {
    return share(last) == 1;
  }

  /// About how many changes have arrived.
  long arrived() throws SQLException {
    return Math.round(backlog.changes() * share(sample));
  }

  private static double share(PreparedStatement statement) throws SQLException {
    try (var answer = statement.executeQuery()) {
      answer.next();
      return (double) answer.getLong(1) / answer.getLong(2);
    }
  }

  @Override
  public void close() throws SQLException {
    copy.close();
  }
}
