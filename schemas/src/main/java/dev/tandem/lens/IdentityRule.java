package dev.tandem.lens;

import dev.tandem.table.Column;
import dev.tandem.table.Table;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rule of replica identities: a delete carries nothing but the old values of the identity's
/// columns, so they must hold all that the key, the partition and the aggregate of a row are
/// computed from.
final class IdentityRule {
  /// What is missing, and the statement that adds it.
  record Violation(String cause, String fix) {}

  private IdentityRule() {}

  static Optional<Violation> check(Table table, Set<String> needed) {
    if (table.identity() == Table.ReplicaIdentity.FULL) {
      return Optional.empty();
    }
    var missing =
        needed.stream().filter(name -> !table.identityColumns().contains(name)).sorted().toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    String alter = "ALTER TABLE " + table.id().sql() + " REPLICA IDENTITY ";
    return Optional.of(
        new Violation(
            "expected "
                + String.join(", ", needed.stream().sorted().toList())
                + " in the replica identity of "
                + table.id()
                + ", since deletes carry nothing else; found "
                + table.identity()
                + " with ("
                + String.join(", ", table.identityColumns())
                + "), which lacks "
                + String.join(", ", missing),
            alter
                + "FULL;"
                + index(table, needed)
                    .map(
                        columns ->
                            " or, lighter, "
                                + alter
                                + "USING INDEX <the unique index over ("
                                + String.join(", ", columns)
                                + ")>;")
                    .orElse("")));
  }

  /// A unique key over columns that are not null and hold what is needed.
  private static Optional<List<String>> index(Table table, Set<String> needed) {
    return table.uniqueKeys().stream()
        .filter(unique -> unique.containsAll(needed))
        .filter(unique -> unique.stream().noneMatch(name -> isNullable(table, name)))
        .findFirst();
  }

  private static boolean isNullable(Table table, String name) {
    return table.column(name).map(Column::nullable).orElse(true);
  }
}
