package dev.tandem.plan;

import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Problems;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import java.util.Optional;

/// Warns of columns whose values would be taken for different though they are the same: a text that
/// the target gives back in another form (`inet` drops a mask, a range closes its ends), unless it
/// is copied from a legacy column of the same type, which gave it that form already.
record RewriteRule(EntitySpec entity, Table legacy, Problems problems) {

  void check(EntityMapping mapping, TargetPlan target, Reconciliation comparison) {
    for (TargetColumn column : target.root().columns()) {
      Optional<String> from =
          Optional.ofNullable(mapping.copies().get(column.field()))
              .flatMap(legacy::column)
              .map(Column::type)
              .map(type -> type.postgres());
      boolean isCopy = from.filter(column.postgres()::equals).isPresent();
      if (!isCopy && !comparison.computed().contains(column.field())) {
        warn(target.root(), column);
      }
    }
    for (TargetPlan.Child child : target.children()) {
      if (!comparison.computed().contains(child.field())) {
        child.table().columns().forEach(column -> warn(child.table(), column));
      }
    }
  }

  private void warn(TargetPlan.TargetTable table, TargetColumn column) {
    if (ColumnFit.rewrites(column.type())) {
      entity
          .to()
          .table()
          .warning(
              problems,
              "the column '"
                  + column.name()
                  + "' of "
                  + table.table()
                  + " has the type "
                  + column.postgres()
                  + ", which may give '"
                  + column.field()
                  + "' back in another form than it was written in: both would be reported as"
                  + " different",
              "copy it from a legacy column of that type, make the column text, or add the field to"
                  + " 'computed', so that it is not compared");
    }
  }
}
