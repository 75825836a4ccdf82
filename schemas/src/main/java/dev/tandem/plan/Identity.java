package dev.tandem.plan;

import dev.tandem.table.Sql;
import dev.tandem.table.Table;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// The rule of replica identities: a delete carries nothing else, so the identity holds what the
/// row, its partition and its aggregate are computed from (DESIGN invariant 2).
final class Identity {
  private Identity() {}

  /// The needed columns that the identity does not hold, in their order.
  static List<String> missing(Table table, Collection<String> needed) {
    return needed.stream()
        .filter(column -> !table.identityColumns().contains(column))
        .distinct()
        .toList();
  }

  /// The statement after which the identity holds these columns.
  static String statement(Table table, Collection<String> needed) {
    boolean primary = table.primaryKey().containsAll(needed) && !table.primaryKey().isEmpty();
    return "ALTER TABLE "
        + table.id().sql()
        + " REPLICA IDENTITY "
        + (primary ? "DEFAULT" : "FULL")
        + ";";
  }

  static String columns(Collection<String> names) {
    return names.stream().map(Sql::quote).collect(Collectors.joining(", "));
  }
}
