package dev.tandem.version;

import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.version.Expression.Overflow;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads the lenses of a step from YAML.
///
/// @param path of what is read, in the document
record ExpressionReader(String path, Problems problems) {
  /// What may stand beside each keyword.
  private static final SequencedMap<String, List<String>> OPTIONS = options();

  private static SequencedMap<String, List<String>> options() {
    var options = new LinkedHashMap<String, List<String>>();
    options.put("copy", List.of());
    options.put("default", List.of());
    options.put("constant", List.of());
    options.put("lookup", List.of("values", "default"));
    options.put("cast", List.of("overflow"));
    options.put("decimal", List.of("rounding"));
    options.put("join", List.of("with"));
    options.put("split", List.of("at", "part"));
    options.put("record", List.of());
    options.put("within", List.of("map"));
    options.put("each", List.of("map"));
    return options;
  }

  private static final Map<String, Overflow> OVERFLOW =
      Map.of("fail", Overflow.FAIL, "clamp", Overflow.CLAMP, "null", Overflow.NULL);

  private static final Map<String, Optional<RoundingMode>> ROUNDING =
      Map.of(
          "fail", Optional.empty(),
          "half-up", Optional.of(RoundingMode.HALF_UP),
          "half-even", Optional.of(RoundingMode.HALF_EVEN),
          "down", Optional.of(RoundingMode.DOWN));

  /// A mapping of fields to lenses; a wrong one is reported and left out.
  SequencedMap<String, Expression> fields(Node node) {
    var fields = new LinkedHashMap<String, Expression>();
    boolean right = true;
    for (var entry : mapping(node).entries().entrySet()) {
      try {
        var inner = new ExpressionReader(path + "." + entry.getKey(), problems);
        fields.put(entry.getKey(), inner.lens(entry.getValue()));
      } catch (Rejected e) {
        right = false;
      }
    }
    if (!right) {
      throw new Rejected();
    }
    return fields;
  }

  private Expression lens(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return new Expression.Copy(node.place(), text(scalar));
    }
    var mapping = mapping(node);
    String keyword = keyword(mapping);
    var known = new TreeSet<>(OPTIONS.getOrDefault(keyword, List.of()));
    known.add(keyword);
    for (String key : mapping.entries().keySet()) {
      if (!known.contains(key)) {
        throw reject(
            mapping,
            "expected an option of the lens '" + keyword + "', found '" + key + "'",
            NearMatch.suggestion(key, known));
      }
    }
    return lens(keyword, mapping, required(mapping, keyword));
  }

  /// `default` is a lens, and an option of `lookup`.
  private String keyword(Node.Mapping mapping) {
    var names =
        mapping.entries().keySet().stream()
            .filter(OPTIONS::containsKey)
            .filter(key -> !key.equals("default") || !mapping.entries().containsKey("lookup"))
            .toList();
    if (names.size() != 1) {
      throw reject(
          mapping,
          "expected one lens, found the keys " + String.join(", ", mapping.entries().keySet()),
          "use one of " + String.join(", ", OPTIONS.keySet()));
    }
    return names.getFirst();
  }

  private Expression lens(String keyword, Node.Mapping at, Node argument) {
    var place = at.place();
    return switch (keyword) {
      case "copy" -> new Expression.Copy(place, text(argument));
      case "default" -> {
        var inner = mapping(argument);
        yield new Expression.Default(place, lens(required(inner, "of")), required(inner, "value"));
      }
      case "constant" -> new Expression.Constant(place, argument);
      case "lookup" ->
          new Expression.Lookup(
              place, text(argument), values(at), option(at, "default").map(this::text));
      case "cast" ->
          new Expression.Cast(
              place, text(argument), choice(at, "overflow", OVERFLOW).orElse(Overflow.FAIL));
      case "decimal" ->
          new Expression.Rescale(
              place,
              text(argument),
              choice(at, "rounding", ROUNDING).flatMap(rounding -> rounding));
      case "join" -> new Expression.Join(place, texts(argument), text(required(at, "with")));
      case "split" -> split(at, argument);
      case "record" -> new Expression.Build(place, fields(argument));
      case "within" -> new Expression.Within(place, text(argument), map(at));
      case "each" -> new Expression.Each(place, text(argument), map(at));
      default -> throw new IllegalStateException("lens " + keyword);
    };
  }

  private SequencedMap<String, Expression> map(Node.Mapping at) {
    return option(at, "map").map(this::fields).orElseGet(LinkedHashMap::new);
  }

  private SequencedMap<String, String> values(Node.Mapping at) {
    var values = new LinkedHashMap<String, String>();
    mapping(required(at, "values")).entries().forEach((from, to) -> values.put(from, text(to)));
    return values;
  }

  private Expression split(Node.Mapping at, Node argument) {
    String separator = text(required(at, "at"));
    if (separator.isEmpty()) {
      throw reject(at, "expected a separator, found an empty text", "name a separator");
    }
    Node part = required(at, "part");
    try {
      return new Expression.Split(
          at.place(), text(argument), separator, Integer.parseInt(text(part)));
    } catch (NumberFormatException e) {
      throw reject(part, "expected a whole number for 'part', found a text", "write a number");
    }
  }

  private <T> Optional<T> choice(Node.Mapping at, String key, Map<String, T> choices) {
    return option(at, key)
        .map(
            node -> {
              T found = choices.get(text(node));
              if (found == null) {
                var names = new TreeMap<>(choices).keySet();
                throw reject(
                    node,
                    "expected one of "
                        + String.join(", ", names)
                        + " for '"
                        + key
                        + "', found '"
                        + text(node)
                        + "'",
                    NearMatch.suggestion(text(node), names));
              }
              return found;
            });
  }

  private static Optional<Node> option(Node.Mapping at, String key) {
    return Optional.ofNullable(at.entries().get(key));
  }

  private Node required(Node.Mapping at, String key) {
    return option(at, key)
        .orElseThrow(() -> reject(at, "expected the key '" + key + "', found none", "add it"));
  }

  private String text(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    throw reject(node, "expected a text, found something else", "write a single value");
  }

  private List<String> texts(Node node) {
    if (!(node instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
      throw reject(node, "expected a list of fields, found none", "write [first, second]");
    }
    var texts = new ArrayList<String>();
    sequence.items().forEach(item -> texts.add(text(item)));
    return texts;
  }

  private Node.Mapping mapping(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw reject(node, "expected a mapping, found something else", "write { key: value }");
  }

  private Rejected reject(Node at, String cause, String fix) {
    problems.error(at.place(), path, cause, fix);
    return new Rejected();
  }
}
