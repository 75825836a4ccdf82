package dev.tandem.reconcile;

import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Framing;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.UndecodableException;
import org.jspecify.annotations.Nullable;

/// Reads what apply notes of itself in the target, as the target's log gives it back: the
/// checkpoint of one partition, and the records that the target refused.
final class CheckpointRows {
  private static final TableId CHECKPOINT = new TableId("tandem", "checkpoint");
  private static final TableId REFUSAL = new TableId("tandem", "refusal");
  private final DomainPlan plan;
  private final int partition;

  /// @param watermark outbox offset
  /// @param settled whether the target stands exactly there
  record Checkpoint(long watermark, boolean settled) {}

  /// @param key the contract key
  /// @param outboxEnd end of the outbox transaction that the record comes from
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Refusal(byte[] key, long outboxEnd, String reason) {}

  CheckpointRows(DomainPlan plan, int partition) {
    this.plan = plan;
    this.partition = partition;
  }

  /// The checkpoint that a change sets, or null if it sets none of this partition.
  @Nullable Checkpoint checkpoint(Change change) {
    Row row = own(change, CHECKPOINT);
    return row != null
            && row.value("outbox_offset") instanceof Long watermark
            && row.value("settled") instanceof Boolean settled
        ? new Checkpoint(watermark, settled)
        : null;
  }

  /// The refusal that a change notes, or null if it notes none of this partition.
  @Nullable Refusal refusal(Change change) {
    Row row = own(change, REFUSAL);
    return row != null
            && row.value("key") instanceof byte[] key
            && row.value("outbox_offset") instanceof Long end
            && row.value("reason") instanceof String reason
        ? new Refusal(key, end, reason)
        : null;
  }

  /// The new row, if it is of this partition, domain, generation and migration.
  private @Nullable Row own(Change change, TableId table) {
    Row row = change.after();
    if (row == null || !change.table().equals(table)) {
      return null;
    }
    boolean own =
        plan.topics().migration().equals(row.value("migration"))
            && plan.name().equals(row.value("domain"))
            && Integer.valueOf(plan.generation()).equals(row.value("generation"))
            && Integer.valueOf(partition).equals(row.value("partition"));
    return own ? row : null;
  }

  /// The entity whose record was refused, or null if its key is none of this domain.
  static @Nullable StateKey entity(Refusal refusal, Entities entities) {
    try {
      return entities.byContractKey(Framing.schemaId(refusal.key), refusal.key);
    } catch (UndecodableException notOurs) {
      return null;
    }
  }
}
