package dev.tandem.lens;

import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// One lens as the spec writes it: a column's name, or a mapping of the lens's keyword and options.
/// What is read from it is checked and reported here.
record LensNode(
    Node node, LensName name, Optional<Node.Mapping> options, String path, Problems problems) {

  /// @throws Rejected if it is no lens
  static LensNode of(Node node, String path, Problems problems) {
    return switch (node) {
      case Node.Scalar _ -> new LensNode(node, LensName.COPY, Optional.empty(), path, problems);
      case Node.Sequence _ -> {
        problems.error(
            node.place(),
            path,
            "expected a column or a lens, found a list",
            "write { join: [a, b], with: \" \" } or { concat: [a, b] }");
        throw new Rejected();
      }
      case Node.Mapping mapping -> {
        var names = mapping.entries().keySet().stream().filter(k -> isLens(k, mapping)).toList();
        if (names.size() != 1) {
          throw unnamed(mapping, names, path, problems);
        }
        var lens =
            new LensNode(
                node,
                LensName.of(names.getFirst()).orElseThrow(),
                Optional.of(mapping),
                path,
                problems);
        lens.checkOptions();
        yield lens;
      }
    };
  }

  /// `default` is a lens, and an option of `lookup` and `enum`.
  private static boolean isLens(String key, Node.Mapping mapping) {
    return LensName.of(key).isPresent()
        && !(key.equals("default")
            && (mapping.entries().containsKey("lookup") || mapping.entries().containsKey("enum")));
  }

  private static Rejected unnamed(
      Node.Mapping mapping, List<String> names, String path, Problems problems) {
    if (!names.isEmpty()) {
      problems.error(
          mapping.place(),
          path,
          "expected one lens, found " + String.join(" and ", names),
          "leave one of them; a lens inside another is written { default: { of: … } }");
      return new Rejected();
    }
    var near =
        mapping.entries().keySet().stream()
            .flatMap(key -> NearMatch.of(key, LensName.keywords()).stream())
            .findFirst();
    problems.error(
        mapping.place(),
        path,
        "expected a lens, found the keys " + String.join(", ", mapping.entries().keySet()),
        near.map(name -> "did you mean '" + name + "'?")
            .orElseGet(() -> "use one of " + String.join(", ", LensName.keywords())));
    return new Rejected();
  }

  /// Reports every option that the lens does not have.
  private void checkOptions() {
    var known = new TreeSet<>(name.options());
    known.add(name.keyword());
    var mapping = options.orElseThrow();
    boolean right = true;
    for (String key : mapping.entries().keySet()) {
      if (!known.contains(key)) {
        problems.error(
            mapping.keys().getOrDefault(key, mapping.place()),
            path + "." + key,
            "expected an option of the lens '" + name.keyword() + "', found '" + key + "'",
            NearMatch.suggestion(key, known));
        right = false;
      }
    }
    if (!right) {
      throw new Rejected();
    }
  }

  Rejected reject(Node at, String cause, String fix) {
    problems.error(at.place(), path, cause, fix);
    return new Rejected();
  }

  /// What stands behind the lens's own keyword.
  Node argument() {
    return options.map(mapping -> mapping.entries().get(name.keyword())).orElse(node);
  }

  Optional<Node> option(String key) {
    return options.map(mapping -> mapping.entries().get(key));
  }

  Node required(String key) {
    return option(key)
        .orElseThrow(
            () ->
                reject(
                    node,
                    "expected the option '"
                        + key
                        + "' of the lens '"
                        + name.keyword()
                        + "', found none",
                    "add it"));
  }

  String text(Node at) {
    if (at instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    throw reject(at, "expected a text, found " + kind(at), "write a single value");
  }

  List<String> texts(Node at) {
    if (!(at instanceof Node.Sequence sequence)) {
      return List.of(text(at));
    }
    if (sequence.items().isEmpty()) {
      throw reject(at, "expected at least one column, found an empty list", "name the columns");
    }
    var texts = new ArrayList<String>();
    sequence.items().forEach(item -> texts.add(text(item)));
    return texts;
  }

  Node.Mapping mapping(Node at) {
    if (at instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw reject(at, "expected a mapping, found " + kind(at), "write { key: value }");
  }

  OptionalInt integer(String key) {
    var found = option(key);
    if (found.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(text(found.get())));
    } catch (NumberFormatException e) {
      throw reject(
          found.get(), "expected a whole number for '" + key + "', found a text", "write a number");
    }
  }

  /// One constant of an enum, written in lower case with hyphens.
  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    return option(key)
        .map(
            at -> {
              var words = Arrays.stream(type.getEnumConstants()).map(LensNode::word).toList();
              int chosen = words.indexOf(text(at));
              if (chosen < 0) {
                throw reject(
                    at,
                    "expected one of "
                        + String.join(", ", words)
                        + " for '"
                        + key
                        + "', found '"
                        + text(at)
                        + "'",
                    NearMatch.suggestion(text(at), words));
              }
              return type.getEnumConstants()[chosen];
            });
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String kind(Node node) {
    return switch (node) {
      case Node.Mapping _ -> "a mapping";
      case Node.Sequence _ -> "a list";
      case Node.Scalar _ -> "a single value";
    };
  }
}
