package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tandem's own rows in the target, each of which names its partition. Those of another migration
/// or domain, about tables in another place, or with positions in another outbox, belong nowhere
/// here; of which generation the tables
/// in this place are may change with any row. They are streamed and never swept: what they say is
/// about the transaction that they stand in.
record OwnRows(TableId table, int domain, String migration, DomainPlan plan) implements Part {
  private static final TableId CHECKPOINT = new TableId("tandem", "checkpoint");
  private static final TableId REFUSAL = new TableId("tandem", "refusal");

  /// Where they stand.
  static final List<TableId> TABLES = List.of(CHECKPOINT, REFUSAL);

  @Override
  public String entity() {
    return "";
  }

  @Override
  public List<String> key() {
    var key = List.of("migration", "domain", "generation", "partition");
    return table.equals(REFUSAL)
        ? List.of("migration", "domain", "generation", "partition", "key")
        : key;
  }

  @Override
  public Loading loading() {
    return Loading.STREAMED_ONLY;
  }

  @Override
  public int partition(Row row) {
    boolean ours =
        value(row, "migration").equals(migration)
            && value(row, "domain").equals(plan.name())
            && Objects.equals(place(row), plan.schema().orElse(null))
            && isOfOutbox(row);
    if (!ours) {
      return NOWHERE;
    }
    if (value(row, "partition") instanceof Integer partition
        && partition >= 0
        && partition < plan.partitions()) {
      return partition;
    }
    throw new MappingException(
        "partition", "expected one of 0 to " + (plan.partitions() - 1) + ", found another");
  }

  /// A refusal does not say it: of a larger outbox than this one it is where its partition is none
  /// of this one's.
  private boolean isOfOutbox(Row row) {
    if (table.equals(REFUSAL)) {
      return !(value(row, "partition") instanceof Integer partition)
          || partition < plan.partitions();
    }
    int index = row.schema().indexOf("outbox_of");
    Object outbox = index < 0 ? Topics.FIRST_OUTBOX : row.values()[index];
    return Objects.equals(outbox, plan.topics().outboxOf());
  }

  /// The schema that the tables stand in that the row is about; null where the spec says, and in
  /// rows of an older program.
  private static @Nullable Object place(Row row) {
    int index = row.schema().indexOf("tables_in");
    return index < 0 ? null : row.values()[index];
  }

  private static Object value(Row row, String column) {
    int index = row.schema().indexOf(column);
    Object value = index < 0 ? null : row.values()[index];
    if (value == null || value == Row.UNKNOWN) {
      throw new MappingException(column, "expected a value, found none");
    }
    return value;
  }
}
