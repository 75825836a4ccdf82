package dev.tandem.reconcile;

import dev.tandem.position.ChangePosition;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How the records of a simulation are spoiled, to show that a rule is needed.
enum Mutation {
  NONE,
  /// Every record ends its transaction: entities are judged in the middle.
  NOTHING_WHOLE,
  /// Every checkpoint claims that the target is settled.
  ALWAYS_SETTLED,
  /// Baselines are said to have passed before a row was swept.
  BASELINES_FIRST,
  /// Nothing is heard of what later sweeps have read.
  SWEEPS_UNHEARD,
  /// Nothing is heard of the ends of later sweeps.
  ENDS_UNHEARD,
  /// Nothing is heard of truncations of the legacy store.
  TRUNCATIONS_UNHEARD,
  /// Nothing is heard of what the target refused.
  REFUSALS_UNHEARD,
  /// What is told of later epochs is told as if it were of the first.
  EPOCHS_UNHEARD,
  /// Roots that go to another partition leave and enter as other rows do.
  MOVES_AS_OTHERS;

  OutboxRecord spoiled(OutboxRecord record) {
    return switch (this) {
      case NONE, BASELINES_FIRST, SWEEPS_UNHEARD, ENDS_UNHEARD, TRUNCATIONS_UNHEARD -> record;
      case REFUSALS_UNHEARD ->
          record instanceof Change change && change.table().equals(Shop.REFUSAL)
              ? elsewhere(change)
              : record;
      case EPOCHS_UNHEARD -> inFirstEpoch(record);
      case MOVES_AS_OTHERS -> record instanceof Change change ? asOther(change) : record;
      case NOTHING_WHOLE -> record instanceof Change change ? LegacyHistory.last(change) : record;
      case ALWAYS_SETTLED ->
          record instanceof Change change && change.table().equals(Shop.CHECKPOINT)
              ? settled(change)
              : record;
    };
  }

  private static Change asOther(Change change) {
    Row before = change.before();
    Row after = change.after();
    if (!change.table().equals(Shop.ORD)
        || before == null
        || after == null
        || isHere(before) == isHere(after)) {
      return change;
    }
    return new Change(
        isHere(before) ? OutboxRecord.Op.DELETE : OutboxRecord.Op.INSERT,
        change.position(),
        change.last(),
        change.committedAt(),
        change.table(),
        isHere(before) ? before : null,
        isHere(before) ? null : after);
  }

  private static boolean isHere(Row order) {
    return LegacyHistory.isHere(order);
  }

  /// A refusal of another partition.
  private static Change elsewhere(Change change) {
    Row row = Objects.requireNonNull(change.after());
    @Nullable Object[] values = row.values().clone();
    values[row.schema().indexOf("partition")] = 1;
    return new Change(
        change.op(),
        change.position(),
        change.last(),
        change.committedAt(),
        change.table(),
        null,
        new Row(row.schema(), values));
  }

  private static OutboxRecord inFirstEpoch(OutboxRecord record) {
    return switch (record) {
      case Change change -> {
        ChangePosition at = change.position();
        yield new Change(
            change.op(),
            new ChangePosition(1, at.after(), at.xid(), at.lsn(), at.ordinal()),
            change.last(),
            change.committedAt(),
            change.table(),
            change.before(),
            change.after());
      }
      case Swept swept ->
          new Swept(1, swept.snapshot(), swept.readAt(), swept.row(), swept.purpose());
      case Marker marker ->
          new Marker(
              marker.kind(), 1, marker.table(), marker.sweep(), marker.snapshot(), marker.at());
    };
  }

  private static Change settled(Change change) {
    long watermark =
        (Long)
            Objects.requireNonNull(Objects.requireNonNull(change.after()).value("outbox_offset"));
    return new Change(
        change.op(),
        change.position(),
        change.last(),
        change.committedAt(),
        change.table(),
        null,
        Shop.checkpoint(watermark, true));
  }

  /// Whether a record of the outbox is not heard at all.
  ///
  /// @param isLater whether it comes after the baselines
  boolean hides(OutboxRecord record, boolean isLater) {
    return switch (this) {
      case SWEEPS_UNHEARD -> isLater && record instanceof Swept;
      case ENDS_UNHEARD ->
          isLater && record instanceof Marker marker && marker.kind() != Kind.EPOCH;
      case TRUNCATIONS_UNHEARD ->
          record instanceof Change change && change.op() == OutboxRecord.Op.TRUNCATE;
      case NONE,
          NOTHING_WHOLE,
          ALWAYS_SETTLED,
          BASELINES_FIRST,
          REFUSALS_UNHEARD,
          EPOCHS_UNHEARD,
          MOVES_AS_OTHERS ->
          false;
    };
  }
}
