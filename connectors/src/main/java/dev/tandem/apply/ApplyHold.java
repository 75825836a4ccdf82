package dev.tandem.apply;

import dev.tandem.postgres.PostgresAccess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Keeps the apply of one generation from going on, or lets it go on to a position and no further.
///
/// It is written into the checkpoint rows: who has written it knows that whatever was under way has
/// ended, for that held the row; and no later transaction of apply can commit beyond, for it looks
/// at the row that it sets. Nobody has to answer, and whether apply runs does not matter. It ends
/// by the target's clock, so that apply goes on by itself where the one who asked is gone. The
/// capture of the target shows the same checkpoint once more, which says nothing new.
///
/// Not thread-safe.
public final class ApplyHold implements AutoCloseable {
  private static final String ROW =
      " WHERE migration = ? AND domain = ? AND generation = ? AND partition = ?";
  private static final String UNTIL =
      "SELECT (clock_timestamp() + ? * interval '1 millisecond')::text";
  private static final String BEGIN =
      "UPDATE tandem.checkpoint SET hold_at = outbox_offset, hold_until = ?::timestamptz,"
          + " hold_by = ?"
          + ROW
          + " AND (hold_until IS NULL OR hold_until <= clock_timestamp())"
          + " RETURNING outbox_offset";
  private static final String MOVE =
      "UPDATE tandem.checkpoint SET hold_at = ?"
          + ROW
          + " AND hold_by = ? AND hold_until > clock_timestamp()";
  private static final String END =
      "UPDATE tandem.checkpoint SET hold_at = NULL, hold_until = NULL, hold_by = NULL"
          + ROW
          + " AND hold_by = ?";
  private static final String OTHER = "SELECT hold_by FROM tandem.checkpoint" + ROW;

  private final Connection connection;
  private final Of of;
  private final String by;
  private final SortedMap<Integer, Long> standing = new TreeMap<>();

  /// What is held.
  public record Of(String migration, String domain, int generation, int partitions) {}

  /// It cannot be held, or is held no longer.
  public static final class NotHeldException extends Exception {
    private static final long serialVersionUID = 1;

    NotHeldException(String message) {
      super(message);
    }
  }

  private ApplyHold(Connection connection, Of of, String by) {
    this.connection = connection;
    this.of = of;
    this.by = by;
  }

  /// Holds every partition where it stands, and returns when each does.
  ///
  /// @param by who asks, as nobody else who asks is called
  /// @param within the longest that it may last; also the longest to wait for what is under way
  public static ApplyHold begin(PostgresAccess target, Of of, String by, Duration within)
      throws SQLException, NotHeldException {
    Connection connection = target.connect();
    var hold = new ApplyHold(connection, of, by);
    try {
      try (var statement = connection.createStatement()) {
        statement.execute("SET lock_timeout = " + within.toMillis());
      }
      String until = hold.until(within);
      for (int partition = 0; partition < of.partitions; partition++) {
        hold.standing.put(partition, hold.begin(partition, until));
      }
      return hold;
    } catch (SQLException | NotHeldException e) {
      hold.close();
      throw e;
    }
  }

  private String until(Duration within) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(UNTIL)) {
      query.setLong(1, within.toMillis());
      return first(query).orElseThrow();
    }
  }

  private long begin(int partition, String until) throws SQLException, NotHeldException {
    try (PreparedStatement update = connection.prepareStatement(BEGIN)) {
      update.setString(1, until);
      update.setString(2, by);
      row(update, 3, partition);
      Optional<String> offset = first(update);
      if (offset.isPresent()) {
        return Long.parseLong(offset.get());
      }
    }
    try (PreparedStatement query = connection.prepareStatement(OTHER)) {
      row(query, 1, partition);
      throw new NotHeldException(
          first(query)
              .map(other -> "its apply is held already, for " + other)
              .orElse(
                  "partition "
                      + partition
                      + " has no checkpoint in the target: nothing was applied yet"));
    }
  }

  /// Where each partition stood when it was held: the outbox offset up to which whole transactions
  /// had been applied.
  public SortedMap<Integer, Long> standing() {
    return standing;
  }

  /// Lets apply go on so far.
  ///
  /// @param most by partition, outbox offset that whole transactions may reach
  /// @throws NotHeldException if it has ended by itself
  public void letGoTo(Map<Integer, Long> most) throws SQLException, NotHeldException {
    for (var each : most.entrySet()) {
      try (PreparedStatement update = connection.prepareStatement(MOVE)) {
        update.setLong(1, each.getValue());
        int next = row(update, 2, each.getKey());
        update.setString(next, by);
        if (update.executeUpdate() != 1) {
          throw new NotHeldException("the time in which apply may be held is over");
        }
      }
    }
  }

  /// Lets it go on. Also without this it does when the time is over.
  public void end() throws SQLException {
    for (int partition = 0; partition < of.partitions; partition++) {
      try (PreparedStatement update = connection.prepareStatement(END)) {
        int next = row(update, 1, partition);
        update.setString(next, by);
        update.executeUpdate();
      }
    }
  }

  private int row(PreparedStatement statement, int first, int partition) throws SQLException {
    statement.setString(first, of.migration);
    statement.setString(first + 1, of.domain);
    statement.setInt(first + 2, of.generation);
    statement.setInt(first + 3, partition);
    return first + 4;
  }

  private static Optional<String> first(PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    }
  }

  /// Ends it as far as the target can be reached.
  @Override
  public void close() throws SQLException {
    try (connection) {
      end();
    }
  }
}
