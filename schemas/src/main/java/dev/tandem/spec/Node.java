package dev.tandem.spec;

import java.util.List;
import java.util.Map;

/// A YAML document with the place of everything in it. Aliases are resolved, duplicate keys are
/// gone (and reported).
public sealed interface Node {
  Place place();

  /// @param file as the user named it
  /// @param line from 1
  /// @param column from 1
  record Place(String file, int line, int column) {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column;
    }
  }

  /// @param entries in document order
  /// @param keys where each key stands
  record Mapping(Place place, Map<String, Node> entries, Map<String, Place> keys) implements Node {}

  record Sequence(Place place, List<Node> items) implements Node {}

  /// @param text as written, quotes removed
  /// @param quoted whether it stood in quotes, so that it is a string whatever it looks like
  record Scalar(Place place, String text, boolean quoted) implements Node {}
}
