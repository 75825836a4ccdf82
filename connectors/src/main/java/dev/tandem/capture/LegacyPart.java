package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Partitioning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A legacy table as the root or a child list of an entity: its rows are placed by the lens of the
/// `partition-by` field.
record LegacyPart(int domain, int partitions, EntityPlan plan, Source source) implements Part {

  static List<Part> of(MigrationPlan plan) {
    var parts = new ArrayList<Part>();
    for (int domain = 0; domain < plan.domains().size(); domain++) {
      DomainPlan one = plan.domains().get(domain);
      for (EntityPlan entity : one.entities()) {
        for (Source source : entity.sources().toList()) {
          parts.add(new LegacyPart(domain, one.partitions(), entity, source));
        }
      }
    }
    return parts;
  }

  @Override
  public TableId table() {
    return source.table();
  }

  @Override
  public String entity() {
    return plan.name();
  }

  @Override
  public List<String> key() {
    return source.key();
  }

  @Override
  public Loading loading() {
    return Loading.SWEPT;
  }

  @Override
  public int partition(Row row) {
    return Partitioning.partition(plan.mapping().partitionKey(source, row), partitions);
  }

  /// An old and a new root row of one key are one entity, and two partitions must never write one
  /// row (C8).
  @Override
  public void checkMove(@Nullable Row before, @Nullable Row after) {
    if (source.isRoot()
        && before != null
        && after != null
        && plan.mapping().key(before).equals(plan.mapping().key(after))) {
      throw new MappingException(
          "partition-by",
          "its value has changed while the key has not, and two partitions must never write one"
              + " row; the field is immutable");
    }
  }
}
