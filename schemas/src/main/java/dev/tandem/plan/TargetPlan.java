package dev.tandem.plan;

import dev.tandem.table.ColumnType;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.function.UnaryOperator;

/// Where an entity is written.
///
/// @param children in the order of the spec
public record TargetPlan(TargetTable root, List<Child> children) {
  public TargetPlan {
    children = List.copyOf(children);
  }

  /// The same in other tables.
  TargetPlan moved(UnaryOperator<TableId> move) {
    return new TargetPlan(
        root.moved(move),
        children.stream()
            .map(child -> new Child(child.field(), child.table().moved(move), child.parent()))
            .toList());
  }

  /// @param columns what is written, in order
  /// @param key the columns that name a row: all of them among `columns` (for a child table
  ///     together with its parent columns), covered by a unique key of the table; empty for a child
  ///     table whose rows have no key of their own
  /// @param references the tables that foreign keys of this one point to
  /// @param rowKey the columns that name a row in the table's own log: its primary key if it has
  ///     one, else `key`
  public record TargetTable(
      TableId table,
      List<TargetColumn> columns,
      List<String> key,
      List<TableId> references,
      List<String> rowKey) {
    public TargetTable {
      columns = List.copyOf(columns);
      key = List.copyOf(key);
      references = List.copyOf(references);
      rowKey = List.copyOf(rowKey);
    }

    /// A table whose rows are named in its log by `key`.
    public TargetTable(
        TableId table, List<TargetColumn> columns, List<String> key, List<TableId> references) {
      this(table, columns, key, references, key);
    }

    private TargetTable moved(UnaryOperator<TableId> move) {
      return new TargetTable(
          move.apply(table), columns, key, references.stream().map(move).toList(), rowKey);
    }
  }

  /// @param field the contract field (of the child record, for a child table) that the column takes
  public record TargetColumn(String name, String field, ColumnType type) {
    /// The column's type as `format_type` prints it.
    public String postgres() {
      return type.postgres();
    }
  }

  /// A child list in a table of its own.
  ///
  /// @param field the contract's array field
  /// @param parent the child table's columns that hold the entity's key, in the order of the key
  ///     schema's fields
  public record Child(String field, TargetTable table, List<TargetColumn> parent) {
    public Child {
      parent = List.copyOf(parent);
    }
  }
}
