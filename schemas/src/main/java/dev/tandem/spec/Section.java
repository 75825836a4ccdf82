package dev.tandem.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A mapping of the document while it is read. What is missing, unknown or of the wrong kind is
/// reported, and the reading goes on with a stand-in, so that one pass finds everything; who reads
/// gives up at the end if there are problems.
final class Section {
  /// Stands in for a text that is missing.
  static final String MISSING = "missing";

  private final Located<Node> node;
  private final Problems problems;

  /// Whether what stands here is no mapping: that has been said, and nothing more is.
  private final boolean broken;

  /// Known keys that an unknown one was probably meant to be: that has been said, and not again
  /// that they are missing.
  private final Set<String> misspelt = new HashSet<>();

  /// One key with its value.
  record Entry(Located<String> name, Located<Node> value) {}

  private Section(Located<Node> node, Problems problems) {
    this.node = node;
    this.problems = problems;
    this.broken = !(node.value() instanceof Node.Mapping);
    if (broken) {
      node.error(
          problems,
          "expected a mapping, found " + kind(node.value()),
          "write keys and values, indented below '" + lastKey(node.path()) + "'");
    }
  }

  /// A section that knows these keys only.
  static Section of(Located<Node> node, List<String> known, Problems problems) {
    var section = new Section(node, problems);
    for (Entry entry : section.entries()) {
      String key = entry.name().value();
      if (!known.contains(key)) {
        entry.name().error(problems, "unknown key '" + key + "'", NearMatch.suggestion(key, known));
        NearMatch.of(key, known).ifPresent(section.misspelt::add);
      }
    }
    return section;
  }

  /// A section whose keys are names of the user's.
  static Section open(Located<Node> node, Problems problems) {
    return new Section(node, problems);
  }

  Node.Place place() {
    return node.place();
  }

  String path() {
    return node.path();
  }

  boolean isBroken() {
    return broken;
  }

  /// Reports something about the section as a whole.
  void error(String cause, String fix) {
    node.error(problems, cause, fix);
  }

  /// All keys with their values, in the order of the document; each is located at its key.
  List<Entry> entries() {
    if (!(node.value() instanceof Node.Mapping mapping)) {
      return List.of();
    }
    var entries = new ArrayList<Entry>();
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              Node.Place place = mapping.keys().getOrDefault(key, value.place());
              String path = node.path().isEmpty() ? key : node.path() + "." + key;
              entries.add(
                  new Entry(new Located<>(key, place, path), new Located<>(value, place, path)));
            });
    return entries;
  }

  Optional<Located<Node>> optional(String key) {
    return entries().stream()
        .filter(entry -> entry.name().value().equals(key))
        .map(Entry::value)
        .findFirst();
  }

  Optional<Located<Node>> required(String key, String fix) {
    Optional<Located<Node>> found = optional(key);
    if (found.isEmpty() && !broken && !misspelt.contains(key)) {
      node.error(problems, "'" + key + "' is missing", fix);
    }
    return found;
  }

  Located<String> text(String key, String fix) {
    return required(key, fix)
        .flatMap(value -> scalar(value, problems))
        .orElseGet(() -> standIn(key));
  }

  Optional<Located<String>> optionalText(String key) {
    return optional(key).flatMap(value -> scalar(value, problems));
  }

  Located<String> standIn(String key) {
    return new Located<>(MISSING, node.place(), node.path() + "." + key, false);
  }

  /// A text, or a list of texts.
  static List<Located<String>> texts(Located<Node> value, Problems problems) {
    if (!(value.value() instanceof Node.Sequence sequence)) {
      return scalar(value, problems).stream().toList();
    }
    var texts = new ArrayList<Located<String>>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Node item = sequence.items().get(i);
      scalar(new Located<>(item, item.place(), value.path() + "[" + i + "]"), problems)
          .ifPresent(texts::add);
    }
    if (sequence.items().isEmpty()) {
      value.error(problems, "the list is empty", "name at least one, or leave the key out");
    }
    return texts;
  }

  /// A text that is not empty, located where it stands.
  static Optional<Located<String>> scalar(Located<Node> value, Problems problems) {
    if (value.value() instanceof Node.Scalar scalar && !isNull(scalar)) {
      return Optional.of(new Located<>(scalar.text(), scalar.place(), value.path()));
    }
    value.error(
        problems,
        "expected a text, found " + kind(value.value()),
        "write one value after '" + lastKey(value.path()) + ":'");
    return Optional.empty();
  }

  static boolean isNull(Node.Scalar scalar) {
    return !scalar.quoted()
        && (scalar.text().isEmpty() || scalar.text().equals("~") || scalar.text().equals("null"));
  }

  static String kind(Node node) {
    return switch (node) {
      case Node.Mapping _ -> "a mapping";
      case Node.Sequence _ -> "a list";
      case Node.Scalar scalar when isNull(scalar) -> "nothing";
      case Node.Scalar _ -> "a single value";
    };
  }

  private static String lastKey(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
