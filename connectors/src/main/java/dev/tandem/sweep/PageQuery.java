package dev.tandem.sweep;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Padding;
import dev.tandem.table.Sql;
import dev.tandem.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The SQL that reads pages of one table in the order of its key, without OFFSET: each page begins
/// after the last key of the one before, and behind a condition that leaves many rows out after the
/// last that was looked at. First the key columns as text, then the captured columns.
final class PageQuery {
  private final Table table;
  private final RowSchema schema;
  private final List<String> key;
  private final List<String> keyTypes;
  private final String select;
  private final String order;
  private final RowFilter filter;

  /// Of every row.
  PageQuery(Table table, RowSchema schema) {
    this(table, schema, RowFilter.ALL);
  }

  /// @throws IllegalArgumentException if the table has no key to page by
  PageQuery(Table table, RowSchema schema, RowFilter filter) {
    this.table = table;
    this.schema = schema;
    this.filter = filter;
    this.key = key(table);
    this.keyTypes = key.stream().map(name -> column(table, name).type().postgres()).toList();
    this.order = key.stream().map(Sql::quote).collect(Collectors.joining(", "));
    var columns = new ArrayList<String>();
    key.forEach(name -> columns.add("format('%s', " + Sql.quote(name) + ")"));
    schema.fields().forEach(field -> columns.add(expression(field.name())));
    this.select = "SELECT " + String.join(", ", columns) + " FROM " + from();
  }

  /// The primary key; or, of a table without one, a unique key that no row is without.
  private static List<String> key(Table table) {
    if (!table.primaryKey().isEmpty()) {
      return table.primaryKey();
    }
    return table.uniqueKeys().stream()
        .filter(key -> key.stream().noneMatch(name -> column(table, name).nullable()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "cannot sweep "
                        + table.id()
                        + ": expected a primary key, or a unique key over NOT NULL columns, to page"
                        + " by, found none"));
  }

  private String from() {
    return table.id().sql() + (filter.others().isEmpty() ? "" : " AS " + RowFilter.ALIAS);
  }

  RowFilter filter() {
    return filter;
  }

  /// How PostgreSQL would read all of it, without doing so.
  String explain() {
    return "EXPLAIN (FORMAT JSON) SELECT * FROM " + from() + where(KeyRange.ALL);
  }

  /// The same of the table without the condition.
  String explainTable() {
    return "EXPLAIN (FORMAT JSON) SELECT * FROM " + from();
  }

  RowSchema schema() {
    return schema;
  }

  /// The columns that pages are read by, with their types.
  String keyText() {
    var each = new ArrayList<String>();
    for (int i = 0; i < key.size(); i++) {
      each.add(Sql.quote(key.get(i)) + " " + keyTypes.get(i));
    }
    return String.join(", ", each);
  }

  int keySize() {
    return key.size();
  }

  /// `COPY` of the first rows of a range, in PostgreSQL's binary form.
  String page(KeyRange range, int rows) {
    return "COPY ("
        + select
        + where(range)
        + " ORDER BY "
        + order
        + " LIMIT "
        + rows
        + ") TO STDOUT (FORMAT binary)";
  }

  /// The last of the first keys of a range, whatever rows the condition reads, and how many keys
  /// there are up to it; no row where the range is empty.
  String window(KeyRange range, int keys) {
    return "SELECT "
        + keyTexts()
        + ", count(*) OVER () FROM (SELECT "
        + order
        + " FROM "
        + from()
        + where(bounds(range))
        + " ORDER BY "
        + order
        + " LIMIT "
        + keys
        + ") AS first_keys ORDER BY "
        + key.stream().map(name -> Sql.quote(name) + " DESC").collect(Collectors.joining(", "))
        + " LIMIT 1";
  }

  private String keyTexts() {
    return key.stream()
        .map(name -> "format('%s', " + Sql.quote(name) + ")")
        .collect(Collectors.joining(", "));
  }

  /// A sample of keys in order.
  String sample(double percent) {
    return "SELECT "
        + keyTexts()
        + " FROM "
        + table.id().sql()
        + " TABLESAMPLE SYSTEM ("
        + percent
        + ") ORDER BY "
        + order;
  }

  /// The lock that keeps a rewriting ALTER TABLE or a TRUNCATE away from a page's snapshot.
  String lock() {
    var tables = new ArrayList<>(List.of(table.id().sql()));
    filter.others().forEach(other -> tables.add(other.sql()));
    return "LOCK TABLE " + String.join(", ", tables) + " IN ACCESS SHARE MODE";
  }

  private String where(KeyRange range) {
    var conditions = new ArrayList<String>();
    if (!filter.isComplete()) {
      conditions.add("(" + filter.condition() + ")");
    }
    conditions.addAll(bounds(range));
    return where(conditions);
  }

  private static String where(List<String> conditions) {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private List<String> bounds(KeyRange range) {
    var conditions = new ArrayList<String>();
    List<String> after = range.after();
    if (after != null) {
      conditions.add("(" + order + ") > " + literal(after));
    }
    List<String> upTo = range.upTo();
    if (upTo != null) {
      conditions.add("(" + order + ") <= " + literal(upTo));
    }
    return conditions;
  }

  private String literal(List<String> values) {
    var typed = new ArrayList<String>();
    for (int i = 0; i < values.size(); i++) {
      typed.add("CAST(" + Sql.literal(values.get(i)) + " AS " + keyTypes.get(i) + ")");
    }
    return "(" + String.join(", ", typed) + ")";
  }

  /// A value in the form that [CopyRows] reads. What travels as text without being a text type is
  /// asked for in its output form; a cast would be another one for inet. The cast of char(n) takes
  /// its padding away.
  private String expression(String name) {
    String quoted = Sql.quote(name);
    ColumnType type = column(table, name).type();
    if (Padding.isOf(type.postgres())) {
      return "CAST(" + quoted + " AS text" + (type.array() ? "[])" : ")");
    }
    boolean binary =
        type.array()
            || type.carrier() != Carrier.TEXT
            || type.postgres().equals("text")
            || type.postgres().startsWith("character");
    return binary
        ? quoted
        : "CASE WHEN " + quoted + " IS NOT NULL THEN format('%s', " + quoted + ") END";
  }

  private static Column column(Table table, String name) {
    return table
        .column(name)
        .orElseThrow(() -> new IllegalArgumentException("no column " + name + " in " + table.id()));
  }
}
