package dev.tandem.lens;

import dev.tandem.table.Table;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The rule of keys: different legacy rows have different keys, so that no row ever overwrites
/// another. The columns that reach the key through injective lenses hold a unique key of the table,
/// none of whose columns can be NULL.
final class KeyRule {
  /// What is wrong with a key.
  record Violation(String cause, String fix) {}

  private KeyRule() {}

  static Optional<Violation> check(Collection<Fields.Field> key, Table table) {
    var columns = new LinkedHashSet<String>();
    var all = new LinkedHashSet<String>();
    for (Fields.Field field : key) {
      var read = field.lens().inputs().stream().map(Input::column).toList();
      all.addAll(read);
      if (field.lens().injective()) {
        columns.addAll(read);
      }
    }
    if (isUnique(columns, table)) {
      return Optional.empty();
    }
    if (isUnique(all, table)) {
      return Optional.of(
          new Violation(
              "expected lenses that keep different values different, found that the key is unique"
                  + " only over "
                  + String.join(", ", all)
                  + ", and what "
                  + lossyOf(key)
                  + " makes of it is not",
              "copy the columns, or use uuid5 over them"));
    }
    return Optional.of(
        new Violation(
            "expected a key over a unique set of columns of "
                + table.id()
                + " that are not null, found ("
                + String.join(", ", all)
                + ")",
            table.uniqueKeys().isEmpty()
                ? "add a primary key or a unique constraint to the legacy table"
                : "compute the key from ("
                    + String.join(", ", table.uniqueKeys().getFirst())
                    + "), or add a unique constraint and NOT NULL"));
  }

  private static boolean isUnique(Set<String> columns, Table table) {
    return table.uniqueKeys().stream()
        .anyMatch(
            unique -> !unique.isEmpty() && columns.containsAll(unique) && isNotNull(unique, table));
  }

  private static boolean isNotNull(List<String> columns, Table table) {
    return columns.stream()
        .allMatch(name -> table.column(name).map(column -> !column.nullable()).orElse(false));
  }

  private static String lossyOf(Collection<Fields.Field> key) {
    return String.join(
        ", ",
        key.stream().filter(field -> !field.lens().injective()).map(Fields.Field::name).toList());
  }
}
