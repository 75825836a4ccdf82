package dev.tandem.plan;

import dev.tandem.table.TableId;
import java.util.List;

/// One legacy table in its part of one entity: the root, or the rows of one child list.
///
/// @param name the child list's name in the spec; [#ROOT] for the root
/// @param join the columns whose values name the aggregate: of the root those that children refer
///     to (its primary key if there are none), of a child its `on` columns, in the same order
/// @param key the columns that name a row of the table: its primary key
public record Source(String name, TableId table, List<String> join, List<String> key) {
  public static final String ROOT = "";

  public Source {
    join = List.copyOf(join);
    key = List.copyOf(key);
  }

  public boolean isRoot() {
    return name.equals(ROOT);
  }
}
