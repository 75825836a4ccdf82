package dev.tandem.postgres;

import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Reads what a server says of its replication: slots, publications, identity, snapshots and log
/// positions.
public final class ReplicationState {
  private static final String RUNNING =
      """
      SELECT string_agg(format('pid %s (%s, transaction %s since %s)',
                               pid, coalesce(nullif(application_name, ''), usename::text),
                               backend_xid, xact_start), '; ')
        FROM pg_stat_activity WHERE backend_xid IS NOT NULL""";

  private ReplicationState() {}

  /// A logical slot by name.
  public static Optional<ReplicationSlot> slot(Connection connection, String name)
      throws SQLException {
    // invalidation_reason is new in 17: read by name from a row of whatever columns there are.
    String sql =
        """
        SELECT slot_name, plugin, database, active, coalesce(wal_status, ''),
               coalesce(to_jsonb(s) ->> 'invalidation_reason', ''), confirmed_flush_lsn::text
          FROM pg_replication_slots s WHERE slot_name = ? AND slot_type = 'logical'""";
    try (var query = prepared(connection, sql, name);
        var rows = query.executeQuery()) {
      return rows.next() ? Optional.of(slot(rows)) : Optional.empty();
    }
  }

  /// The server's session that streams from a slot.
  ///
  /// @param isWaiting whether it waits: for more log, or for its reader to take what it sends. One
  ///     that decodes does not
  public record Reader(int pid, boolean isWaiting) {}

  /// Which session streams from a slot, if one does.
  public static Optional<Reader> reader(Connection connection, String slot) throws SQLException {
    // Source: PostgreSQL, "Wait Events"; their spelling differs between versions.
    String sql =
        """
        SELECT s.active_pid,
               coalesce(lower(a.wait_event) IN
                        ('walsendermain', 'walsenderwaitforwal', 'walsenderwritedata'), false)
          FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
         WHERE s.slot_name = ? AND s.active_pid IS NOT NULL""";
    try (var query = prepared(connection, sql, slot);
        var rows = query.executeQuery()) {
      return rows.next()
          ? Optional.of(new Reader(rows.getInt(1), rows.getBoolean(2)))
          : Optional.empty();
    }
  }

  private static ReplicationSlot slot(ResultSet row) throws SQLException {
    String confirmed = row.getString(7);
    return new ReplicationSlot(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getBoolean(4),
        row.getString(5),
        row.getString(6),
        confirmed == null ? Lsn.ZERO : Lsn.parse(confirmed));
  }

  /// The tables of a publication, or nothing if there is no such publication.
  public static Optional<Set<TableId>> published(Connection connection, String publication)
      throws SQLException {
    String exists = "SELECT 1 FROM pg_publication WHERE pubname = ?";
    try (var query = prepared(connection, exists, publication);
        var rows = query.executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
    }
    var tables = new HashSet<TableId>();
    String sql = "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?";
    try (var query = prepared(connection, sql, publication);
        var rows = query.executeQuery()) {
      while (rows.next()) {
        tables.add(new TableId(rows.getString(1), rows.getString(2)));
      }
    }
    return Optional.of(tables);
  }

  public static ServerIdentity identity(Connection connection) throws SQLException {
    // The control file names the timeline of the last checkpoint, which a promotion is ahead of.
    String sql =
        """
        SELECT (SELECT system_identifier::text FROM pg_control_system()),
               CASE WHEN pg_is_in_recovery()
                    THEN (SELECT timeline_id FROM pg_control_checkpoint())
                    ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int
               END, current_database()""";
    try (var query = prepared(connection, sql);
        var rows = query.executeQuery()) {
      rows.next();
      return new ServerIdentity(rows.getString(1), rows.getInt(2), rows.getString(3));
    }
  }

  /// How far a standby has replayed its primary's log; nowhere on a primary.
  public static Lsn replayed(Connection standby) throws SQLException {
    return position(standby, "SELECT coalesce(pg_last_wal_replay_lsn(), '0/0')::text");
  }

  /// How far a primary has written its log.
  public static Lsn written(Connection primary) throws SQLException {
    return position(primary, "SELECT pg_current_wal_lsn()::text");
  }

  /// How far a server's log is on disk: nothing behind it can have been read by anybody. On a
  /// standby, how far it was replayed.
  public static Lsn flushed(Connection connection) throws SQLException {
    return position(
        connection,
        """
        SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0')
                    ELSE pg_current_wal_flush_lsn() END::text""");
  }

  private static Lsn position(Connection connection, String sql) throws SQLException {
    try (var query = prepared(connection, sql);
        var rows = query.executeQuery()) {
      rows.next();
      return Lsn.parse(rows.getString(1));
    }
  }

  /// Whether the server is a standby.
  public static boolean isInRecovery(Connection connection) throws SQLException {
    try (var query = prepared(connection, "SELECT pg_is_in_recovery()");
        var rows = query.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /// The snapshot of the connection's transaction, trusted as far as the server's role allows.
  public static Snapshot snapshot(Connection connection) throws SQLException {
    String sql = "SELECT pg_current_snapshot()::text, pg_is_in_recovery()";
    try (var query = prepared(connection, sql);
        var rows = query.executeQuery()) {
      rows.next();
      Snapshot snapshot = Snapshot.parse(rows.getString(1));
      return rows.getBoolean(2) ? snapshot.takenInRecovery() : snapshot;
    }
  }

  /// An id above that of every transaction that has one now. A snapshot's xmax will not do: it is
  /// only above the last transaction that has ended, and one that runs may bear just that id.
  public static long nextTransaction(Connection connection) throws SQLException {
    String sql = "SELECT pg_current_xact_id()::text::bigint + 1";
    try (var query = prepared(connection, sql);
        var rows = query.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /// The transactions that run and may have written, for a person to read.
  public static String running(Connection connection) throws SQLException {
    try (var query = prepared(connection, RUNNING);
        var row = query.executeQuery()) {
      row.next();
      String text = row.getString(1);
      return text == null ? "none is shown to this user; a prepared transaction, perhaps" : text;
    }
  }

  /// Writes a message into the log, in a transaction of its own that is flushed to disk, so that
  /// every reader of the log comes to see something committed after this moment. It does not wait
  /// for a synchronous standby, from here on nothing on this connection does.
  ///
  /// @return a position before the end of that transaction and after everything committed before
  public static Lsn mark(Connection connection, String content) throws SQLException {
    String sql =
        """
        SELECT pg_logical_emit_message(true, 'tandem', ?)::text,
               set_config('synchronous_commit', 'local', false)""";
    try (var query = prepared(connection, sql, content);
        var rows = query.executeQuery()) {
      rows.next();
      return Lsn.parse(rows.getString(1));
    }
  }

  private static PreparedStatement prepared(Connection connection, String sql, String... texts)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < texts.length; i++) {
      statement.setString(i + 1, texts[i]);
    }
    return statement;
  }
}
