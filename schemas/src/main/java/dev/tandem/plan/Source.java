package dev.tandem.plan;

import dev.tandem.table.TableId;
import java.util.List;

/// One legacy table in its part of one entity: the root, or the rows of one child list.
///
/// @param name the child list's name in the spec; [#ROOT] for the root
/// @param join the columns whose values name the aggregate: of the root those that children refer
///     to (its primary key if there are none), of a child its `on` columns, in the same order
/// @param key the columns that name a row of the table: its primary key
/// @param names what the table and its columns were called at other times; `join` and `key` name
///     columns as the mapping does
public record Source(
    String name, TableId table, List<String> join, List<String> key, SourceNames names) {
  public static final String ROOT = "";

  public Source {
    join = List.copyOf(join);
    key = List.copyOf(key);
  }

  /// A table that was never called otherwise.
  public Source(String name, TableId table, List<String> join, List<String> key) {
    this(name, table, join, key, SourceNames.NONE);
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
