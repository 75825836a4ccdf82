package dev.tandem.apply;

import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The order in which tables are written so that foreign keys hold: referenced tables first.
/// Deletions go the other way round. Tables that refer to each other in a circle stay in the order
/// given.
final class TableOrder {
  private final Map<TableId, TargetTable> tables = new HashMap<>();
  private final Set<TableId> entered = new HashSet<>();
  private final LinkedHashSet<TableId> sorted = new LinkedHashSet<>();

  private TableOrder() {}

  static List<TableId> referencedFirst(List<TargetTable> tables) {
    var order = new TableOrder();
    tables.forEach(table -> order.tables.putIfAbsent(table.table(), table));
    tables.forEach(order::visit);
    return new ArrayList<>(order.sorted);
  }

  private void visit(TargetTable table) {
    if (!entered.add(table.table())) {
      return;
    }
    for (TableId referenced : table.references()) {
      TargetTable known = tables.get(referenced);
      if (known != null) {
        visit(known);
      }
    }
    sorted.add(table.table());
  }
}
