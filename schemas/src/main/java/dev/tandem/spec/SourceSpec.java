package dev.tandem.spec;

import dev.tandem.table.TableId;
import java.util.List;
import java.util.Optional;

/// The legacy tables that an entity is made from.
///
/// @param names what the root was called at other times
/// @param children in the order of the document
/// @param outbox how the root is read where it is an outbox table, each row of which is an event
public record SourceSpec(
    Located<TableId> root, NamesSpec names, List<Child> children, Optional<OutboxSpec> outbox) {
  public SourceSpec {
    children = List.copyOf(children);
  }

  /// Tables whose rows are what they are.
  public SourceSpec(Located<TableId> root, NamesSpec names, List<Child> children) {
    this(root, names, children, Optional.empty());
  }

  /// One child list.
  public record Child(Located<String> name, Located<TableId> table, NamesSpec names, List<On> on) {
    public Child {
      on = List.copyOf(on);
    }
  }

  /// One column by which child rows belong to a root row.
  ///
  /// @param root the root's column; where it is not said, what a foreign key says, or the column of
  ///     the same name
  public record On(Located<String> child, Optional<Located<String>> root) {}
}
