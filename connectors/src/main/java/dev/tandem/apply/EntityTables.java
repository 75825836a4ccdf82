package dev.tandem.apply;

import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/// The target tables of one entity with every column bound to the field that fills it.
///
/// @param rootKey the root's columns that hold the entity's key, bound to the key record
record EntityTables(
    EntityPlan plan, TableSql root, List<ColumnBinding> rootKey, List<ChildTable> children) {

  /// A child list's table. Its rows are the parent's columns, bound to the key record, and then its
  /// own, bound to the child record.
  ///
  /// @param field position of the list in the contract
  record ChildTable(int field, TableSql sql, List<ColumnBinding> parent, List<ColumnBinding> own) {
    boolean isKeyed() {
      return !sql.key().isEmpty();
    }
  }

  static EntityTables of(EntityPlan plan) {
    Schema contract = plan.mapping().contract();
    Schema key = plan.mapping().key();
    TargetTable root = plan.target().root();
    var columns = root.columns().stream().map(c -> ColumnBinding.of(c, contract)).toList();
    var sql = new TableSql(root.table(), columns, named(columns, root.key()));
    var rootKey =
        key.getFields().stream()
            .flatMap(f -> root.columns().stream().filter(c -> c.field().equals(f.name())).limit(1))
            .map(c -> ColumnBinding.of(c, key))
            .toList();
    if (rootKey.size() != key.getFields().size()) {
      throw new IllegalArgumentException(
          "expected a column of " + root.table() + " for each key field of " + plan.name());
    }
    var children =
        plan.target().children().stream().map(child -> child(child, contract, key)).toList();
    return new EntityTables(plan, sql, rootKey, children);
  }

  private static ChildTable child(TargetPlan.Child child, Schema contract, Schema key) {
    Schema.Field list = contract.getField(child.field());
    if (list == null) {
      throw new IllegalArgumentException("no list " + child.field() + " in " + contract.getName());
    }
    Schema record = ColumnBinding.present(ColumnBinding.present(list.schema()).getElementType());
    var parent =
        IntStream.range(0, child.parent().size())
            .mapToObj(i -> parent(child.parent().get(i), key, i))
            .toList();
    var own = child.table().columns().stream().map(c -> ColumnBinding.of(c, record)).toList();
    var all = Stream.concat(parent.stream(), own.stream()).toList();
    var sql = new TableSql(child.table().table(), all, named(all, child.table().key()));
    return new ChildTable(list.pos(), sql, parent, own);
  }

  private static ColumnBinding parent(TargetColumn column, Schema key, int position) {
    String field = key.getFields().get(position).name();
    return ColumnBinding.of(new TargetColumn(column.name(), field, column.type()), key);
  }

  private static List<ColumnBinding> named(List<ColumnBinding> columns, List<String> names) {
    return names.stream().map(name -> TableSql.named(columns, name)).toList();
  }

  /// Every table, for the order of writing; a child's rows follow its root's.
  Stream<TargetTable> tables() {
    var all = new ArrayList<TargetTable>();
    all.add(plan.target().root());
    plan.target().children().forEach(child -> all.add(child.table()));
    return all.stream();
  }
}
