package dev.tandem.plan;

import dev.tandem.plan.TargetPlan.Child;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.spec.Located;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Problems;
import dev.tandem.spec.TargetSpec;
import dev.tandem.table.Catalog;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/// Binds the target side of an entity: every contract field has a place that takes it, a unique key
/// of the table is the entity's key, and what the target's capture needs is there.
final class TargetBinder {
  private final Lookup target;
  private final Problems problems;

  TargetBinder(Catalog catalog, Problems problems) {
    this.target = new Lookup("target", catalog, problems);
    this.problems = problems;
  }

  /// What of the contract matters here.
  record Contract(Schema schema, List<String> key, String partitionBy) {
    Contract {
      key = List.copyOf(key);
    }

    /// Whether the fields that the spec names are there; if not, that has been said.
    boolean isSound() {
      return !key.isEmpty()
          && key.stream().allMatch(field -> schema.getField(field) != null)
          && schema.getField(partitionBy) != null;
    }
  }

  /// Empty if something is missing, which is then reported.
  Optional<TargetPlan> bind(TargetSpec to, Contract contract) {
    checkLists(to, contract.schema());
    Optional<Table> table = target.table(to.table());
    if (table.isEmpty()) {
      to.children().forEach(child -> target.table(child.table()));
      return Optional.empty();
    }
    var fields = new ArrayList<>(contract.schema().getFields());
    fields.removeIf(field -> ContractTypes.listed(field.schema()).isPresent());
    var binder = new ColumnBinder(to.table(), table.get(), problems);
    binder.checkOmitted(to.omit(), contract.schema());
    var columns = binder.bind(fields, to.columns(), to.omit(), List.of());
    Optional<TargetTable> root = root(to, table.get(), columns, contract);
    var children = new ArrayList<Child>();
    for (TargetSpec.Child spec : to.children()) {
      Optional<Schema> record =
          Optional.ofNullable(contract.schema().getField(spec.list().value()))
              .flatMap(field -> ContractTypes.listed(field.schema()));
      Optional<Table> childTable = target.table(spec.table());
      if (record.isPresent() && childTable.isPresent() && root.isPresent()) {
        new ChildBinder(root.get(), contract, problems)
            .bind(spec, childTable.get(), record.get())
            .ifPresent(children::add);
      }
    }
    return root.filter(it -> children.size() == to.children().size())
        .map(it -> new TargetPlan(it, children));
  }

  private Optional<TargetTable> root(
      TargetSpec to, Table table, Optional<List<TargetColumn>> columns, Contract contract) {
    if (columns.isEmpty() || !contract.isSound()) {
      return Optional.empty();
    }
    var key = new ArrayList<String>();
    for (String field : contract.key()) {
      columns.get().stream()
          .filter(column -> column.field().equals(field))
          .findFirst()
          .map(TargetColumn::name)
          .ifPresent(key::add);
    }
    if (key.size() < contract.key().size() || contract.key().isEmpty()) {
      to.table()
          .error(
              problems,
              "the key (" + String.join(", ", contract.key()) + ") is not written",
              "do not omit its fields");
      return Optional.empty();
    }
    if (!isUnique(table, key)) {
      to.table()
          .error(
              problems,
              "no unique key of "
                  + table.id()
                  + " is ("
                  + String.join(", ", key)
                  + "), the"
                  + " entity's key",
              "ALTER TABLE " + table.id().sql() + " ADD UNIQUE (" + Identity.columns(key) + ");");
      return Optional.empty();
    }
    List<String> rowKey = rowKey(table, key);
    if (!checkNamed(to.table(), table, rowKey, problems)) {
      return Optional.empty();
    }
    checkCapture(to.table(), table, columns.get(), contract);
    ChildBinder.checkIdentity(to.table(), table, needed(columns.get(), contract, rowKey), problems);
    return Optional.of(new TargetTable(table.id(), columns.get(), key, references(table), rowKey));
  }

  /// Whether the columns that name a row always do: a unique key allows any number of rows with
  /// NULL in it.
  static boolean checkNamed(Located<TableId> at, Table table, List<String> rowKey, Problems found) {
    List<String> nullable =
        rowKey.stream()
            .filter(name -> table.column(name).filter(Column::nullable).isPresent())
            .toList();
    if (nullable.isEmpty() || !table.primaryKey().isEmpty()) {
      return true;
    }
    at.error(
        found,
        table.id()
            + " has no primary key, and "
            + String.join(", ", nullable)
            + " of its key may be NULL, so its rows cannot be observed one by one",
        "ALTER TABLE " + table.id().sql() + " ADD PRIMARY KEY (" + Identity.columns(rowKey) + ");");
    return false;
  }

  /// The columns that name a row in the table's log.
  static List<String> rowKey(Table table, List<String> key) {
    return table.primaryKey().isEmpty() ? key : table.primaryKey();
  }

  /// What a delete in the target has to carry.
  private static List<String> needed(
      List<TargetColumn> columns, Contract contract, List<String> rowKey) {
    return Stream.concat(
            columns.stream().filter(column -> names(column, contract)).map(TargetColumn::name),
            rowKey.stream())
        .distinct()
        .toList();
  }

  /// Changes of the target are to name their partition.
  private void checkCapture(
      Located<TableId> at, Table table, List<TargetColumn> columns, Contract contract) {
    if (columns.stream().noneMatch(column -> column.field().equals(contract.partitionBy()))) {
      at.error(
          problems,
          "no column of "
              + table.id()
              + " takes '"
              + contract.partitionBy()
              + "', from which the"
              + " partition of its changes is computed",
          "add a column for it, and do not omit the field");
    }
    for (TargetColumn column : columns) {
      if (names(column, contract)) {
        checkName(at, table, column, contract);
      }
    }
  }

  private static boolean names(TargetColumn column, Contract contract) {
    return contract.key().contains(column.field()) || column.field().equals(contract.partitionBy());
  }

  private void checkName(Located<TableId> at, Table table, TargetColumn column, Contract contract) {
    ColumnFit.checkName(contract.schema().getField(column.field()).schema(), column.type())
        .ifPresent(
            misfit ->
                at.error(
                    problems,
                    "the column '" + column.name() + "' of " + table.id() + " " + misfit.cause(),
                    "give it the type " + misfit.wanted()));
  }

  static boolean isUnique(Table table, List<String> columns) {
    return table.uniqueKeys().stream().anyMatch(key -> Set.copyOf(key).equals(Set.copyOf(columns)));
  }

  static List<TableId> references(Table table) {
    return table.foreignKeys().stream().map(Table.ForeignKey::referenced).distinct().toList();
  }

  /// Every list of records has a table or is omitted, and every table has a list.
  private void checkLists(TargetSpec to, Schema contract) {
    var lists =
        contract.getFields().stream()
            .filter(field -> ContractTypes.listed(field.schema()).isPresent())
            .map(Schema.Field::name)
            .toList();
    var served = new HashSet<String>();
    for (TargetSpec.Child child : to.children()) {
      served.add(child.list().value());
      if (!lists.contains(child.list().value())) {
        child
            .list()
            .error(
                problems,
                "the contract has no list of records '" + child.list().value() + "'",
                NearMatch.suggestion(child.list().value(), lists));
        NearMatch.of(child.list().value(), lists).ifPresent(served::add);
      }
    }
    to.omit().forEach(field -> served.add(field.value()));
    lists.stream()
        .filter(list -> !served.contains(list))
        .forEach(
            list ->
                to.table()
                    .error(
                        problems,
                        "the list '" + list + "' has no table",
                        "write children: { " + list + ": schema.table }, or omit: [" + list + "]"));
  }
}
