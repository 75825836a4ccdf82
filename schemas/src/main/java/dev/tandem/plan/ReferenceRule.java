package dev.tandem.plan;

import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Problems;
import dev.tandem.table.Catalog;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/// Within a domain rows are written in one order only if they are of one partition. So a foreign
/// key between its tables has to pair the columns that decide the partition: else the row that it
/// refers to may be written later, and the target would refuse the one that refers to it.
final class ReferenceRule {
  private final String partitionBy;
  private final Problems problems;

  /// The column of each table that holds `partition-by`.
  private final Map<TableId, String> deciding = new HashMap<>();

  ReferenceRule(String partitionBy, Problems problems) {
    this.partitionBy = partitionBy;
    this.problems = problems;
  }

  /// @param specs of the entities, in their order
  void check(List<EntityPlan> entities, List<EntitySpec> specs, Catalog target) {
    entities.forEach(this::note);
    for (int i = 0; i < entities.size(); i++) {
      TargetPlan written = entities.get(i).target();
      check(written.root(), specs.get(i), target);
      for (TargetPlan.Child child : written.children()) {
        check(child.table(), specs.get(i), target);
      }
    }
  }

  private void note(EntityPlan entity) {
    TargetPlan target = entity.target();
    target.root().columns().stream()
        .filter(column -> column.field().equals(partitionBy))
        .findFirst()
        .ifPresent(column -> deciding.put(target.root().table(), column.name()));
    Schema.Field field = entity.mapping().key().getField(partitionBy);
    for (TargetPlan.Child child : target.children()) {
      if (field != null) {
        TargetColumn column = child.parent().get(field.pos());
        deciding.put(child.table().table(), column.name());
      }
    }
  }

  private void check(TargetTable written, EntitySpec spec, Catalog target) {
    Optional<Table> table = target.table(written.table());
    String own = deciding.get(written.table());
    if (table.isEmpty() || own == null) {
      return;
    }
    for (Table.ForeignKey key : table.get().foreignKeys()) {
      String other = deciding.get(key.referenced());
      if (other != null && !pairs(key, own, other)) {
        spec.to()
            .table()
            .error(
                problems,
                "a foreign key of "
                    + written.table()
                    + " refers to "
                    + key.referenced()
                    + " without pairing "
                    + own
                    + " with "
                    + other
                    + ", which decide the partition: the two rows may be of two partitions, which are"
                    + " not written in one order, so that it would refuse rows",
                "choose a partition-by that both have in common, or drop the constraint and add it"
                    + " again (NOT VALID, then VALIDATE) when the migration is over");
      }
    }
  }

  private static boolean pairs(Table.ForeignKey key, String own, String other) {
    int at = key.columns().indexOf(own);
    return at >= 0 && key.referencedColumns().get(at).equals(other);
  }
}
