package dev.tandem.reconcile;

import dev.tandem.generation.Place;
import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Change;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads what apply notes of itself in the target, as the target's log gives it back: the
/// checkpoint of one partition, and the records that the target refused. Of whichever generation's
/// tables stand in the plan's place: which that is changes with a promotion.
final class CheckpointRows {
  private static final TableId CHECKPOINT = new TableId("tandem", "checkpoint");
  private static final TableId REFUSAL = new TableId("tandem", "refusal");
  private final DomainPlan plan;
  private final int partition;
  private final String fingerprint;

  /// @param watermark outbox offset
  /// @param settled whether the target stands exactly there
  /// @param placement the transaction that put these tables in their place, 0 if they always stood
  ///     there
  record Checkpoint(long watermark, boolean settled, long placement) {}

  /// @param key the contract key
  /// @param outboxEnd end of the outbox transaction that the record comes from
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Refusal(byte[] key, long outboxEnd, String reason) {}

  CheckpointRows(DomainPlan plan, int partition) {
    this.plan = plan;
    this.partition = partition;
    this.fingerprint = plan.fingerprint();
  }

  /// Whether the tables that a change sets the checkpoint of are written with the plan's mapping,
  /// and stay in its place: it says so right before others take theirs that are fed from another
  /// outbox. Null if it sets none of this partition, or does not say it.
  @Nullable Boolean isOfMapping(Change change) {
    Row row = change.table().equals(CHECKPOINT) ? own(change, CHECKPOINT) : null;
    return row != null && value(row, "fingerprint") instanceof String mapping
        ? mapping.equals(fingerprint) && isTranslatedFor(row) && !isLeft(row)
        : null;
  }

  private static boolean isLeft(Row row) {
    return value(row, "placement") instanceof Long since && since == Place.LEFT;
  }

  /// An earlier generation may have had the same mapping, and was fed by another translation.
  private boolean isTranslatedFor(Row row) {
    return !(value(row, "generation") instanceof Integer number)
        || number >= plan.topics().translatedFor();
  }

  /// The checkpoint that a change sets, or null if it sets none of this partition.
  @Nullable Checkpoint checkpoint(Change change) {
    Row row = own(change, CHECKPOINT);
    return row != null
            && value(row, "outbox_offset") instanceof Long watermark
            && value(row, "settled") instanceof Boolean settled
        ? new Checkpoint(
            watermark, settled, value(row, "placement") instanceof Long since ? since : 0)
        : null;
  }

  /// The refusal that a change notes, or null if it notes none of this partition.
  @Nullable Refusal refusal(Change change) {
    Row row = own(change, REFUSAL);
    return row != null
            && value(row, "key") instanceof byte[] key
            && value(row, "outbox_offset") instanceof Long end
            && value(row, "reason") instanceof String reason
        ? new Refusal(key, end, reason)
        : null;
  }

  /// Null also for a column that an older version of the table has not.
  private static @Nullable Object value(Row row, String column) {
    int index = row.schema().indexOf(column);
    return index < 0 ? null : row.values()[index];
  }

  /// The new row, if it is of this migration, domain and partition, and of the tables in the plan's
  /// place.
  private @Nullable Row own(Change change, TableId table) {
    Row row = change.after();
    if (row == null || !change.table().equals(table)) {
      return null;
    }
    boolean own =
        plan.topics().migration().equals(value(row, "migration"))
            && plan.name().equals(value(row, "domain"))
            && Objects.equals(plan.schema().orElse(null), value(row, "tables_in"))
            && Integer.valueOf(partition).equals(value(row, "partition"));
    return own ? row : null;
  }

  /// The entity whose record was refused, or null if its key is none of this domain.
  static @Nullable StateKey entity(Refusal refusal, Entities entities) {
    return entities.byContractKey(refusal.key);
  }
}
