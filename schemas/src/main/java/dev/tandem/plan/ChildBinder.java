package dev.tandem.plan;

import dev.tandem.plan.TargetBinder.Contract;
import dev.tandem.plan.TargetPlan.Child;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.spec.Located;
import dev.tandem.spec.Problems;
import dev.tandem.spec.TargetSpec;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/// Binds a child list to a table of its own: columns that hold the entity's key, columns that take
/// the child record's fields, and a key of its own where the table has one.
///
/// @param root the entity's table, bound
record ChildBinder(TargetTable root, Contract contract, Problems problems) {

  Optional<Child> bind(TargetSpec.Child spec, Table table, Schema record) {
    Optional<List<TargetColumn>> parent = parent(spec, table);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    List<String> parentNames = parent.get().stream().map(TargetColumn::name).toList();
    var binder = new ColumnBinder(spec.table(), table, problems);
    binder.checkOmitted(spec.omit(), record);
    Optional<List<TargetColumn>> columns =
        binder.bind(record.getFields(), spec.columns(), spec.omit(), parentNames);
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    var written = new ArrayList<>(parentNames);
    columns.get().forEach(column -> written.add(column.name()));
    Optional<List<String>> key = key(spec, table, written);
    if (key.isPresent() && !key.get().isEmpty() && !key.get().containsAll(parentNames)) {
      spec.table()
          .error(
              problems,
              "the key ("
                  + String.join(", ", key.get())
                  + ") of "
                  + table.id()
                  + " lacks the parent's columns ("
                  + String.join(", ", parentNames)
                  + "), so a child that moves to another parent would be one row that two"
                  + " partitions write",
              "make the key of the table (" + keyWith(parentNames, key.get()) + ")");
      return Optional.empty();
    }
    if (key.isPresent()) {
      checkCapture(spec, table, parentNames, TargetBinder.rowKey(table, key.get()));
    }
    return key.map(
        it ->
            new Child(
                spec.list().value(),
                new TargetTable(
                    table.id(),
                    columns.get(),
                    it,
                    TargetBinder.references(table),
                    TargetBinder.rowKey(table, it)),
                parent.get()));
  }

  private static String keyWith(List<String> parents, List<String> key) {
    var columns = new LinkedHashSet<>(parents);
    columns.addAll(key);
    return String.join(", ", columns);
  }

  /// The columns for the entity's key, in its order: as declared, or by a foreign key to the root,
  /// or of the same names.
  private Optional<List<TargetColumn>> parent(TargetSpec.Child spec, Table table) {
    if (!spec.on().isEmpty() && spec.on().size() != contract.key().size()) {
      spec.on()
          .getFirst()
          .error(
              problems,
              "names " + spec.on().size() + " columns for a key of " + contract.key().size(),
              "name one column for each of: " + String.join(", ", contract.key()));
      return Optional.empty();
    }
    var columns = new ArrayList<TargetColumn>();
    for (int i = 0; i < contract.key().size(); i++) {
      String rootColumn = root.key().get(i);
      Located<String> name =
          spec.on().isEmpty()
              ? spec.table().with(byForeignKey(table, rootColumn).orElse(rootColumn))
              : spec.on().get(i);
      parentColumn(name, table, contract.key().get(i)).ifPresent(columns::add);
    }
    return columns.size() == contract.key().size() ? Optional.of(columns) : Optional.empty();
  }

  private Optional<String> byForeignKey(Table table, String rootColumn) {
    return table.foreignKeys().stream()
        .filter(key -> key.referenced().equals(root.table()))
        .filter(key -> key.referencedColumns().contains(rootColumn))
        .findFirst()
        .map(key -> key.columns().get(key.referencedColumns().indexOf(rootColumn)));
  }

  private Optional<TargetColumn> parentColumn(Located<String> name, Table table, String field) {
    Optional<Column> column = table.column(name.value());
    if (column.isEmpty()) {
      name.error(
          problems,
          "the child table "
              + table.id()
              + " has no column '"
              + name.value()
              + "' for the key field '"
              + field
              + "'",
          "name the columns that hold the parent's key: { table: …, on: [ … ] }");
      return Optional.empty();
    }
    Schema schema = contract.schema().getField(field).schema();
    var misfit =
        ColumnFit.check(schema, column.get().type())
            .or(() -> ColumnFit.checkName(schema, column.get().type()));
    misfit.ifPresent(
        it ->
            name.error(
                problems,
                "the column '" + name.value() + "' of " + table.id() + " " + it.cause(),
                "give it the type of the parent's key column: " + it.wanted()));
    return misfit.isPresent()
        ? Optional.empty()
        : Optional.of(new TargetColumn(name.value(), field, column.get().type()));
  }

  /// As declared; or the primary key, if all of it is written; or none.
  private Optional<List<String>> key(TargetSpec.Child spec, Table table, List<String> written) {
    if (spec.key().isEmpty()) {
      if (!table.primaryKey().isEmpty() && Set.copyOf(written).containsAll(table.primaryKey())) {
        return Optional.of(table.primaryKey());
      }
      if (table.primaryKey().isEmpty()) {
        spec.table()
            .error(
                problems,
                table.id()
                    + " has no primary key and no key is declared, so its rows cannot be observed"
                    + " one by one",
                "ALTER TABLE "
                    + table.id().sql()
                    + " ADD PRIMARY KEY ("
                    + keyed(table, written)
                    + "); or declare key: [ … ] over a unique key");
        return Optional.empty();
      }
      spec.table()
          .warning(
              problems,
              "no key of "
                  + table.id()
                  + " is written, so all rows of a parent are written anew"
                  + " when one changes",
              "map fields to its primary key, or declare key: [ … ] over a unique key");
      return Optional.of(List.of());
    }
    List<String> key = spec.key().stream().map(Located::value).toList();
    if (!written.containsAll(key)) {
      spec.key()
          .getFirst()
          .error(
              problems,
              "the key (" + String.join(", ", key) + ") has a column that is not written",
              "use columns among: " + String.join(", ", written));
      return Optional.empty();
    }
    if (!TargetBinder.isUnique(table, key)) {
      spec.key()
          .getFirst()
          .error(
              problems,
              "no unique key of " + table.id() + " is (" + String.join(", ", key) + ")",
              "ALTER TABLE " + table.id().sql() + " ADD UNIQUE (" + Identity.columns(key) + ");");
      return Optional.empty();
    }
    return TargetBinder.checkNamed(spec.table(), table, key, problems)
        ? Optional.of(key)
        : Optional.empty();
  }

  /// What a primary key could be: a unique key that is written, or the parent's columns and more.
  private String keyed(Table table, List<String> written) {
    return table.uniqueKeys().stream()
        .filter(written::containsAll)
        .findFirst()
        .map(Identity::columns)
        .orElseGet(() -> Identity.columns(written.subList(0, contract.key().size())) + ", …");
  }

  /// Changes of the child table are to name the entity and its partition.
  private void checkCapture(
      TargetSpec.Child spec, Table table, List<String> parent, List<String> rowKey) {
    var needed = new ArrayList<>(parent);
    needed.addAll(rowKey);
    checkIdentity(spec.table(), table, needed, problems);
    if (!contract.key().contains(contract.partitionBy())) {
      spec.table()
          .error(
              problems,
              "the partition of changes of "
                  + table.id()
                  + " cannot be computed from its parent"
                  + " columns: '"
                  + contract.partitionBy()
                  + "' is no part of the key",
              "make it a part of the entity's key");
    }
  }

  static void checkIdentity(
      Located<TableId> at, Table table, List<String> needed, Problems problems) {
    List<String> missing = Identity.missing(table, needed);
    if (!missing.isEmpty()) {
      at.error(
          problems,
          "the replica identity of "
              + table.id()
              + " ("
              + table.identity()
              + ") does not hold "
              + String.join(", ", missing)
              + ", so a delete in the target does not say whose it was",
          Identity.statement(table, needed));
    }
  }
}
