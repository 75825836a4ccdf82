package dev.tandem.apply;

import dev.tandem.generation.Place;
import dev.tandem.wire.Topics;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;

/// The checkpoint rows of one domain's generation in the target: one row does three jobs (DESIGN
/// invariant 4). Each row says also which tables it is about: whoever takes a partition over notes
/// there where its generation's tables stand, and is fenced out when they are moved.
///
/// @param outboxOf which of the domain's outboxes the offsets are of; see [Topics]
record CheckpointTable(String migration, String domain, int generation, int outboxOf) {
  /// Over the outbox that the domain began with.
  CheckpointTable(String migration, String domain, int generation) {
    this(migration, domain, generation, Topics.FIRST_OUTBOX);
  }

  private static final String ROW =
      " WHERE migration = ? AND domain = ? AND generation = ? AND partition = ?";
  private static final String POSITION =
      "contract_offset, outbox_offset, sequence, skipping_until, pending_outbox_offset,"
          + " settled, epoch, topic_id, fingerprint, tables_in, placement";
  private static final String READ = "SELECT " + POSITION + " FROM tandem.checkpoint" + ROW;
  private static final String COLUMNS =
      "INSERT INTO tandem.checkpoint (migration, domain, generation, partition, contract_offset,"
          + " outbox_offset, sequence, epoch, topic_id, fingerprint, tables_in, placement";
  private static final String VALUES = " VALUES (?, ?, ?, ?, -1, -1, -1, 1, ?, ?, ?, ?";
  private static final String OR_ELSE =
      " ON CONFLICT (migration, domain, generation, partition) DO UPDATE"
          + " SET epoch = greatest(tandem.checkpoint.epoch, ?) + 1, applied_at = clock_timestamp(),"
          + " tables_in = excluded.tables_in, placement = excluded.placement"
          + " RETURNING "
          + POSITION;
  private static final String TAKE_OVER = COLUMNS + ")" + VALUES + ")" + OR_ELSE;

  /// A table that an older program made has no such column, and knows of the first outbox alone.
  private static final String TAKE_OVER_OTHER =
      COLUMNS + ", outbox_of)" + VALUES + ", ?)" + OR_ELSE;

  private static final String COMPARE_AND_SET =
      "UPDATE tandem.checkpoint SET contract_offset = ?, outbox_offset = ?, sequence = ?,"
          + " skipping_until = ?, pending_outbox_offset = ?, settled = ?,"
          + " applied_at = clock_timestamp()"
          + ROW
          + " AND epoch = ? AND contract_offset = ?"
          + " AND (hold_until IS NULL OR hold_until <= clock_timestamp() OR hold_at >= ?)";
  private static final String HOLD =
      "SELECT hold_at, hold_by FROM tandem.checkpoint"
          + ROW
          + " AND hold_until > clock_timestamp()";

  /// @param topicId of the contract topic whose offsets these are
  /// @param place of the tables that the mark is about
  record Checkpoint(Mark mark, long epoch, String topicId, String fingerprint, Place place) {
    /// Of a domain that was never rebuilt.
    Checkpoint(Mark mark, long epoch, String topicId, String fingerprint) {
      this(mark, epoch, topicId, fingerprint, Place.OF_SPEC);
    }

    Checkpoint at(Mark next) {
      return new Checkpoint(next, epoch, topicId, fingerprint, place);
    }
  }

  /// A step of a partition.
  ///
  /// @param held as this writer left the row
  /// @param reach outbox offset up to which the transactions reach that it writes anything of
  record Move(Checkpoint held, Mark next, long reach) {}

  /// The hold that a partition is under, if it is under one: it may be applied up to there.
  Optional<Hold> hold(TargetSession session, int partition) throws SQLException {
    PreparedStatement statement = session.prepare(HOLD);
    row(statement, 1, partition);
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next()
          ? Optional.of(new Hold(rows.getLong(1), String.valueOf(rows.getString(2))))
          : Optional.empty();
    }
  }

  Optional<Checkpoint> read(TargetSession session, int partition) throws SQLException {
    PreparedStatement statement = session.prepare(READ);
    row(statement, 1, partition);
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(checkpoint(rows)) : Optional.empty();
    }
  }

  /// Fences every older writer out, in the transaction at hand.
  ///
  /// @param former epoch that this instance has held, 0 if none: after a restore of the target an
  ///     epoch must not be given out twice
  Checkpoint takeOver(TargetSession session, int partition, Checkpoint wanted, long former)
      throws SQLException {
    boolean first = outboxOf == Topics.FIRST_OUTBOX;
    PreparedStatement statement = session.prepare(first ? TAKE_OVER : TAKE_OVER_OTHER);
    int next = row(statement, 1, partition);
    statement.setString(next++, wanted.topicId());
    statement.setString(next++, wanted.fingerprint());
    statement.setString(next++, wanted.place().schema());
    statement.setLong(next++, wanted.place().since());
    if (!first) {
      statement.setInt(next++, outboxOf);
    }
    statement.setLong(next, former);
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return checkpoint(rows);
    }
  }

  /// @return false if the row is not as this writer left it, or is held where it stands: then
  ///     nothing may be written
  boolean compareAndSet(TargetSession session, int partition, Move move) throws SQLException {
    Mark next = move.next();
    PreparedStatement statement = session.prepare(COMPARE_AND_SET);
    statement.setLong(1, next.contractOffset());
    statement.setLong(2, next.watermark());
    statement.setLong(3, next.sequence());
    optional(statement, 4, next.skippingUntil());
    optional(statement, 5, next.pending());
    statement.setBoolean(6, next.settled());
    int after = row(statement, 7, partition);
    statement.setLong(after, move.held().epoch());
    statement.setLong(after + 1, move.held().mark().contractOffset());
    statement.setLong(after + 2, move.reach());
    return statement.executeUpdate() == 1;
  }

  private int row(PreparedStatement statement, int first, int partition) throws SQLException {
    statement.setString(first, migration);
    statement.setString(first + 1, domain);
    statement.setInt(first + 2, generation);
    statement.setInt(first + 3, partition);
    return first + 4;
  }

  private static void optional(PreparedStatement statement, int at, long value)
      throws SQLException {
    if (value == Mark.NONE) {
      statement.setNull(at, Types.BIGINT);
    } else {
      statement.setLong(at, value);
    }
  }

  private static Checkpoint checkpoint(ResultSet rows) throws SQLException {
    var mark =
        new Mark(
            rows.getLong("contract_offset"),
            rows.getLong("outbox_offset"),
            rows.getLong("sequence"),
            optional(rows, "skipping_until"),
            optional(rows, "pending_outbox_offset"),
            rows.getBoolean("settled"));
    return new Checkpoint(
        mark,
        rows.getLong("epoch"),
        rows.getString("topic_id"),
        rows.getString("fingerprint"),
        new Place(rows.getString("tables_in"), rows.getLong("placement")));
  }

  private static long optional(ResultSet rows, String column) throws SQLException {
    long value = rows.getLong(column);
    return rows.wasNull() ? Mark.NONE : value;
  }
}
