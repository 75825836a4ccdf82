package dev.tandem.lens;

import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import java.util.List;

/// The rule of columns that a lens may name: the table has them, their values can be carried, and
/// the log holds them. What is wrong is reported, and the lens rejected.
record Columns(Scope scope) {
  List<Input> texts(LensNode node, Node at) {
    return node.texts(at).stream().map(name -> withText(node, at, name)).toList();
  }

  Input text(LensNode node, Node at) {
    return withText(node, at, node.text(at));
  }

  private Input withText(LensNode node, Node at, String name) {
    var input = scalar(node, at, name);
    if (!input.hasText()) {
      throw node.reject(
          at,
          "expected a column of text, whole numbers, numerics, booleans or uuids, found " + input,
          "use a lens that reads this type");
    }
    return input;
  }

  Input scalar(LensNode node, Node at, String name) {
    var input = column(node, at, name);
    if (input.array()) {
      throw node.reject(
          at, "expected a single value, found the array column " + input, "copy or concat it");
    }
    return input;
  }

  Input column(LensNode node, Node at, String name) {
    var column = scope.column(name);
    if (column.isEmpty()) {
      throw node.reject(
          at,
          "expected a column of " + scope.table().id() + ", found '" + name + "'",
          NearMatch.suggestion(name, scope.names()));
    }
    if (!column.get().type().isCarried()) {
      throw node.reject(
          at,
          "column "
              + name
              + " has type "
              + column.get().type().postgres()
              + ", which cannot be carried faithfully",
          "leave it out, or add a column of another type to the legacy table");
    }
    if (column.get().generated()) {
      throw node.reject(
          at,
          "column " + name + " is generated, and the log does not carry generated columns",
          "map the columns that it is computed from");
    }
    return scope.input(name);
  }
}
