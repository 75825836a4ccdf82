package dev.tandem.plan;

import dev.tandem.spec.Located;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Problems;
import dev.tandem.table.Catalog;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.Optional;

/// Finds the tables and columns that a spec names in the catalog of one store; what is not there is
/// reported with what was probably meant.
///
/// @param store as messages name it: `legacy` or `target`
record Lookup(String store, Catalog catalog, Problems problems) {

  /// Empty if the table is not there, or if its name only stands in.
  Optional<Table> table(Located<TableId> id) {
    if (!id.known()) {
      return Optional.empty();
    }
    Optional<Table> table = catalog.table(id.value());
    if (table.isEmpty()) {
      id.error(
          problems,
          "the " + store + " store has no table " + id.value(),
          NearMatch.of(
                  id.value().toString(), catalog.names().stream().map(TableId::toString).toList())
              .map(near -> "did you mean '" + near + "'?")
              .orElse(
                  "correct the name (schema and letter case count), or let the role see the"
                      + " schema: GRANT USAGE ON SCHEMA …"));
    }
    return table;
  }

  Optional<Column> column(Table table, Located<String> name) {
    Optional<Column> column = table.column(name.value());
    if (column.isEmpty() && name.known()) {
      name.error(
          problems,
          "the " + store + " table " + table.id() + " has no column '" + name.value() + "'",
          NearMatch.suggestion(name.value(), table.columns().stream().map(Column::name).toList()));
    }
    return column;
  }
}
