package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import java.util.List;

/// Tandem's own rows in the target, each of which names its partition. Those of another migration,
/// domain or generation belong nowhere here. They are streamed and never swept: what they say is
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
            && value(row, "generation").equals(plan.generation());
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

  private static Object value(Row row, String column) {
    int index = row.schema().indexOf(column);
    Object value = index < 0 ? null : row.values()[index];
    if (value == null || value == Row.UNKNOWN) {
      throw new MappingException(column, "expected a value, found none");
    }
    return value;
  }
}
