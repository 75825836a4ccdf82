package dev.tandem.kit;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Restored;
import dev.tandem.table.Catalog;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;

/// The mappings of one domain. Immutable and thread-safe.
public final class DomainMapping {
  private final DomainPlan plan;
  private final Catalog legacy;

  DomainMapping(DomainPlan plan, Catalog legacy) {
    this.plan = plan;
    this.legacy = legacy;
  }

  /// What comes of a legacy store that holds these rows and no others.
  ///
  /// @throws IllegalArgumentException if a row is none that its table could hold, or is of a table
  ///     that the domain does not read
  public Translated translate(LegacyRow... rows) {
    return translate(Arrays.asList(rows));
  }

  /// @throws IllegalArgumentException if a row is none that its table could hold, or is of a table
  ///     that the domain does not read
  public Translated translate(List<LegacyRow> rows) {
    var store = new RowsInStore(plan);
    for (LegacyRow row : rows) {
      store.add(row.in(table(row.table())));
    }
    return store.translate();
  }

  private Table table(TableId id) {
    if (!plan.tables().contains(id)) {
      throw new IllegalArgumentException(
          "expected a row of a table that domain "
              + plan.name()
              + " reads, "
              + plan.tables().stream().sorted().toList()
              + ", found one of "
              + id);
    }
    return legacy.table(id).orElseThrow();
  }

  /// The way back: what of a legacy root row can be told from a contract record, and what rolling
  /// back would lose.
  ///
  /// @param contract of this domain, as [Translated] gives it
  /// @throws dev.tandem.plan.MappingException if two fields say different values of one column
  public Restored put(GenericRecord contract) {
    String name = contract.getSchema().getFullName();
    return entities()
        .filter(entity -> entity.mapping().contract().getFullName().equals(name))
        .findFirst()
        .map(entity -> entity.mapping().restore(contract))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a record of a contract of domain "
                        + plan.name()
                        + ", found one of "
                        + name));
  }

  private Stream<EntityPlan> entities() {
    return plan.entities().stream();
  }
}
