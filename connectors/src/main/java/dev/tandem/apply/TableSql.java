package dev.tandem.apply;

import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The statements that write one table. Each takes one array per column of a row source and lets
/// the server unnest them; the row sources are named `u` (rows) and `p` (parents).
///
/// An update that would change nothing is not made: compared by identity of content, not by the
/// type's equality, which takes `1.0` and `1.00`, or what a collation calls equal, for the same.
///
/// Arrays and not `COPY` into a staging table, by measurement: microseconds for each row of random
/// updates of 500,000 rows with six columns, PostgreSQL 18, two cores under other load, two rounds.
///
/// | rows in a batch | arrays, compared | arrays, not compared | binary COPY, compared |
/// |---|---|---|---|
/// | 10 | 57, 20 | 27, 20 | 100, 85 |
/// | 100 | 15, 15 | 15, 17 | 24, 17 |
/// | 1,000 | 13, 13 | 12, 11 | 13, 17 |
/// | 5,000 | 11, 14 | 12, 16 | 10, 10 |
///
/// COPY gains at the largest batches alone, by 1 to 5 of some 12 microseconds, and costs a second
/// way of writing. Comparing costs less than the noise, and rows that are already right cost 7.5
/// instead of 10 to 13, write no log and fire no trigger.
///
/// @param key the bindings, among `columns`, that name a row; empty if rows have no key
record TableSql(TableId table, List<ColumnBinding> columns, List<ColumnBinding> key) {
  TableSql {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  String upsert() {
    List<ColumnBinding> rest = columns.stream().filter(c -> !key.contains(c)).toList();
    String conflict =
        rest.isEmpty()
            ? " DO NOTHING"
            : " DO UPDATE SET "
                + join(rest, ", ", c -> c.name() + " = EXCLUDED." + c.name())
                + " WHERE "
                + join(
                    rest,
                    " OR ",
                    c ->
                        c.identity("t." + c.name())
                            + " IS DISTINCT FROM "
                            + c.identity("EXCLUDED." + c.name()));
    return insert() + " ON CONFLICT (" + join(key, ", ", ColumnBinding::name) + ")" + conflict;
  }

  String insert() {
    return "INSERT INTO "
        + table.sql()
        + " AS t ("
        + join(columns, ", ", ColumnBinding::name)
        + ") OVERRIDING SYSTEM VALUE SELECT "
        + values(columns, "u")
        + " FROM "
        + source(columns, "u");
  }

  /// Deletes the rows whose `by` columns equal those of a row of `u`.
  String delete(List<ColumnBinding> by) {
    return "DELETE FROM "
        + table.sql()
        + " AS t USING "
        + source(by, "u")
        + " WHERE "
        + matches(by, by, "u");
  }

  /// Deletes the rows of the parents `p` whose key is not among the rows `u`.
  String deleteOthers(List<ColumnBinding> parent) {
    return "DELETE FROM "
        + table.sql()
        + " AS t USING "
        + source(parent, "p")
        + " WHERE "
        + matches(parent, parent, "p")
        + " AND NOT EXISTS (SELECT 1 FROM "
        + source(key, "u")
        + " WHERE "
        + matches(key, key, "u")
        + ")";
  }

  /// Deletes the rows of those parents `p` whose rows differ, as a bag, from the rows `u`; answers
  /// with the ordinals (from 1) of these parents, whose rows are then to be inserted.
  String deleteDiffering(List<ColumnBinding> parent) {
    String fresh = rowText(c -> c.stored("u.c" + columns.indexOf(c)));
    String held = rowText(c -> "t." + c.name());
    String parentsOfRows =
        IntStream.range(0, parent.size())
            .mapToObj(
                i ->
                    parent.get(i).value("u.c" + columns.indexOf(parent.get(i)))
                        + " = "
                        + parent.get(i).value("p.c" + i))
            .collect(Collectors.joining(" AND "));
    return "WITH p AS MATERIALIZED (SELECT * FROM "
        + sourceWithOrdinal(parent, "p")
        + "), u AS MATERIALIZED (SELECT * FROM "
        + source(columns, "u")
        + "), differing AS MATERIALIZED (SELECT p.* FROM p WHERE (SELECT array_agg(r ORDER BY r)"
        + " FROM (SELECT "
        + fresh
        + " AS r FROM u WHERE "
        + parentsOfRows
        + ") f) IS DISTINCT FROM (SELECT array_agg(r ORDER BY r) FROM (SELECT "
        + held
        + " AS r FROM "
        + table.sql()
        + " AS t WHERE "
        + matches(parent, parent, "p")
        + ") h)), gone AS (DELETE FROM "
        + table.sql()
        + " AS t USING differing AS p WHERE "
        + matches(parent, parent, "p")
        + ") SELECT p.i FROM differing AS p";
  }

  private String rowText(java.util.function.Function<ColumnBinding, String> value) {
    return "ROW("
        + columns.stream().map(value).collect(Collectors.joining(", "))
        + ")::text COLLATE \"C\"";
  }

  private static String source(List<ColumnBinding> columns, String alias) {
    return "unnest("
        + join(columns, ", ", c -> "?::" + c.transport().postgres() + "[]")
        + ") AS "
        + alias
        + "("
        + names(columns)
        + ")";
  }

  private static String sourceWithOrdinal(List<ColumnBinding> columns, String alias) {
    return "unnest("
        + join(columns, ", ", c -> "?::" + c.transport().postgres() + "[]")
        + ") WITH ORDINALITY AS "
        + alias
        + "("
        + names(columns)
        + ", i)";
  }

  private static String names(List<ColumnBinding> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "c" + i)
        .collect(Collectors.joining(", "));
  }

  private static String values(List<ColumnBinding> columns, String alias) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> columns.get(i).value(alias + ".c" + i))
        .collect(Collectors.joining(", "));
  }

  private static String matches(
      List<ColumnBinding> held, List<ColumnBinding> wanted, String alias) {
    return IntStream.range(0, held.size())
        .mapToObj(i -> "t." + held.get(i).name() + " = " + wanted.get(i).value(alias + ".c" + i))
        .collect(Collectors.joining(" AND "));
  }

  private static String join(
      List<ColumnBinding> columns,
      String between,
      java.util.function.Function<ColumnBinding, String> each) {
    return columns.stream().map(each).collect(Collectors.joining(between));
  }

  /// Where a column stands, by name.
  static ColumnBinding named(List<ColumnBinding> columns, String name) {
    return columns.stream()
        .filter(c -> c.column().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "key column " + Sql.quote(name) + " is not among the columns written"));
  }
}
