package dev.tandem.spec;

import dev.tandem.table.TableId;
import java.util.List;

/// The target tables that an entity is written to.
///
/// @param columns the fields whose column is not their name in snake case
/// @param omit contract fields that are not written
/// @param children in the order of the document
public record TargetSpec(
    Located<TableId> table,
    List<FieldColumn> columns,
    List<Located<String>> omit,
    List<Child> children) {
  public TargetSpec {
    columns = List.copyOf(columns);
    omit = List.copyOf(omit);
    children = List.copyOf(children);
  }

  public record FieldColumn(Located<String> field, Located<String> column) {}

  /// Where one child list is written.
  ///
  /// @param list the contract's array field
  /// @param on the child table's columns that hold the entity's key, in its order; empty: found
  ///     from a foreign key or by name
  /// @param key the child table's columns that name a row; empty: its primary key
  public record Child(
      Located<String> list,
      Located<TableId> table,
      List<Located<String>> on,
      List<Located<String>> key,
      List<FieldColumn> columns,
      List<Located<String>> omit) {
    public Child {
      on = List.copyOf(on);
      key = List.copyOf(key);
      columns = List.copyOf(columns);
      omit = List.copyOf(omit);
    }
  }
}
