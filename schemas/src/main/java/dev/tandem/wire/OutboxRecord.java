package dev.tandem.wire;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import org.jspecify.annotations.Nullable;

/// What stands in an outbox topic: changes in legacy commit order, swept rows among them, and
/// markers.
public sealed interface OutboxRecord {
  /// The source epoch that it was captured in.
  int epoch();

  /// Whether it is of a verification, which is for whoever compares, and for nobody else.
  default boolean isOfVerification() {
    return switch (this) {
      case Change _ -> false;
      case Swept swept -> swept.purpose() == Purpose.VERIFICATION;
      case Marker marker -> marker.kind() == Kind.VERIFICATION_ENDED;
    };
  }

  /// Whether it says nothing, and stands there to give who reads time; see [Marker#pause].
  default boolean isPause() {
    return false;
  }

  /// A change of one row, or a row's leaving or entering this partition.
  ///
  /// A change of the columns that decide the partition is a `DELETE` in the old partition and an
  /// `INSERT` in the new.
  ///
  /// @param last whether it is the last change of its transaction in this partition
  /// @param committedAt commit time of the transaction, microseconds since 1970-01-01T00:00Z
  /// @param before the old row as far as the replica identity holds it (the rest unknown); null
  ///     where the log gave none
  /// @param after the new row, with unknown values where the log gave none; null for a delete
  record Change(
      Op op,
      ChangePosition position,
      boolean last,
      long committedAt,
      TableId table,
      @Nullable Row before,
      @Nullable Row after)
      implements OutboxRecord {
    @Override
    public int epoch() {
      return position.epoch();
    }
  }

  /// A row read by a sweep.
  ///
  /// @param readAt microseconds since 1970-01-01T00:00Z
  record Swept(int epoch, Snapshot snapshot, long readAt, Row row, Purpose purpose)
      implements OutboxRecord {
    /// A row for every reader.
    public Swept(int epoch, Snapshot snapshot, long readAt, Row row) {
      this(epoch, snapshot, readAt, row, Purpose.LOAD);
    }
  }

  /// Something that concerns the whole partition; the same in every partition of the domain.
  record Marker(
      Kind kind,
      int epoch,
      @Nullable TableId table,
      String sweep,
      @Nullable Snapshot snapshot,
      long at)
      implements OutboxRecord {
    /// A record that says nothing: who translates a large transaction does so a step for each of
    /// those behind it, and Kafka can commit in between. (It is a horizon without a snapshot, which
    /// older readers pass too.)
    ///
    /// @param at microseconds since 1970-01-01T00:00Z
    public static Marker pause(int epoch, long at) {
      return new Marker(Kind.HORIZON, epoch, null, "", null, at);
    }

    /// @param name of a job that it seals, or empty
    public static Marker horizon(int epoch, String name, Snapshot snapshot, long at) {
      return new Marker(Kind.HORIZON, epoch, null, name, snapshot, at);
    }

    @Override
    public boolean isPause() {
      return kind == Kind.HORIZON && snapshot == null;
    }
  }

  /// What a change did.
  enum Op {
    INSERT,
    UPDATE,
    DELETE,
    /// It stands in every partition and has neither row.
    TRUNCATE,
    /// An insert or update that was too large to be written whole: what is unknown of the row stays
    /// unknown, and what was kept before fills none of it.
    REPLACE
  }

  /// For whom a row was swept.
  enum Purpose {
    /// For every reader of the topic.
    LOAD,
    /// For whoever compares: nothing comes of it in the target, so translation passes it.
    VERIFICATION
  }

  /// What a marker says.
  enum Kind {
    /// A full sweep of `table` begins.
    SWEEP_STARTED,
    /// Every row of `table` that the sweep met stands before this; `snapshot` is its oldest.
    SWEEP_ENDED,
    /// No swept row with an older snapshot than `snapshot` can still arrive: memories of deletions
    /// below its xmin may go.
    HORIZON,
    /// A new source epoch begins: positions and transaction ids start again, and any transaction
    /// left open is over.
    EPOCH,
    /// The same as `SWEEP_ENDED`, of a sweep whose rows are for a verification.
    VERIFICATION_ENDED
  }
}
