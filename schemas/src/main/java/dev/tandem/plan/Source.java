package dev.tandem.plan;

import dev.tandem.event.EventTable;
import dev.tandem.table.TableId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// One legacy table in its part of one entity: the root, or the rows of one child list.
///
/// @param name the child list's name in the spec; [#ROOT] for the root
/// @param join the columns whose values name the aggregate: of the root those that children refer
///     to (its primary key if there are none), of a child its `on` columns, in the same order
/// @param key the columns that name a row of the table: its primary key
/// @param names what the table and its columns were called at other times; `join` and `key` name
///     columns as the mapping does
/// @param events how rows are read where the table is an outbox table, each row of which is an
///     event; then `join` names columns that may be made of it
public record Source(
    String name,
    TableId table,
    List<String> join,
    List<String> key,
    SourceNames names,
    Optional<EventTable> events) {
  public static final String ROOT = "";

  public Source {
    join = List.copyOf(join);
    key = List.copyOf(key);
  }

  /// A table that was never called otherwise.
  public Source(String name, TableId table, List<String> join, List<String> key) {
    this(name, table, join, key, SourceNames.NONE);
  }

  /// A table whose rows are what they are.
  public Source(
      String name, TableId table, List<String> join, List<String> key, SourceNames names) {
    this(name, table, join, key, names, Optional.empty());
  }

  /// The same where each row is an event.
  Source of(EventTable read) {
    return new Source(name, table, join, key, names, Optional.of(read));
  }

  /// Whether the rows that are there can be read, in whatever order.
  public boolean isSwept() {
    return events.map(EventTable::isOrdered).orElse(true);
  }

  /// The columns of the table itself by which its rows are told apart and joined.
  public List<String> columns() {
    var columns = new LinkedHashSet<>(key);
    if (events.isEmpty()) {
      columns.addAll(join);
    }
    return List.copyOf(columns);
  }

  /// What the table was called when its first row was captured.
  public TableId firstName() {
    return names.formerly().isEmpty() ? table : names.formerly().getFirst();
  }

  /// What a column is called in the store now.
  public String now(String column) {
    return names.renamed().getOrDefault(column, column);
  }

  public boolean isRoot() {
    return name.equals(ROOT);
  }
}
