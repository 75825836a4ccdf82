package dev.tandem.spec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserException;

/// Builds the nodes of one document from a parser's events. An alias gives the very node of its
/// anchor, and what all aliases together stand for is bounded: readers walk them as often as they
/// are named.
final class NodeBuilder {
  private static final int MOST_NODES = 100_000;
  private static final int DEEPEST = 50;
  private static final String NO_PATH = "";

  private final String file;
  private final Parser parser;
  private final Problems problems;
  private final Map<String, Node> anchors = new HashMap<>();

  /// Nodes under each anchor, itself included.
  private final Map<String, Integer> sizes = new HashMap<>();

  /// Nodes so far, aliases counted as what they stand for.
  private int nodes;

  private int depth;

  NodeBuilder(String file, Parser parser, Problems problems) {
    this.file = file;
    this.parser = parser;
    this.problems = problems;
  }

  Optional<Node> document() {
    parser.getEvent(); // stream start
    if (parser.checkEvent(Event.ID.StreamEnd)) {
      problems.error(
          new Node.Place(file, 1, 1), NO_PATH, "the file is empty", "write a spec into it");
      return Optional.empty();
    }
    parser.getEvent(); // document start
    Node root = node(NO_PATH);
    parser.getEvent(); // document end
    if (!parser.checkEvent(Event.ID.StreamEnd)) {
      problems.error(
          place(parser.peekEvent()),
          NO_PATH,
          "a second document begins here",
          "keep one document per file");
    }
    return Optional.of(root);
  }

  private Node node(String path) {
    Event event = parser.getEvent();
    int before = nodes;
    count(1, event.getStartMark());
    if (++depth > DEEPEST) {
      throw failure("more than " + DEEPEST + " levels", event.getStartMark());
    }
    Node node =
        switch (event) {
          case AliasEvent alias -> alias(alias);
          case ScalarEvent scalar ->
              new Node.Scalar(
                  place(scalar), scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN);
          case SequenceStartEvent start -> sequence(start, path);
          case MappingStartEvent start -> mapping(start, path);
          default -> throw failure("expected a value", event.getStartMark());
        };
    depth--;
    if (event instanceof NodeEvent named
        && named.getAnchor() != null
        && !(event instanceof AliasEvent)) {
      anchors.put(named.getAnchor(), node);
      sizes.put(named.getAnchor(), nodes - before);
    }
    return node;
  }

  private Node alias(AliasEvent alias) {
    Node node = anchors.get(alias.getAnchor());
    if (node == null) {
      throw failure(
          "the alias *" + alias.getAnchor() + " names no finished anchor", alias.getStartMark());
    }
    count(sizes.getOrDefault(alias.getAnchor(), 1), alias.getStartMark());
    return node;
  }

  private Node sequence(SequenceStartEvent start, String path) {
    var items = new ArrayList<Node>();
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      items.add(node(path + "[" + items.size() + "]"));
    }
    parser.getEvent();
    return new Node.Sequence(place(start), Collections.unmodifiableList(items));
  }

  private Node mapping(MappingStartEvent start, String path) {
    var entries = new LinkedHashMap<String, Node>();
    var keys = new LinkedHashMap<String, Node.Place>();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Event at = parser.peekEvent();
      String key =
          node(path) instanceof Node.Scalar scalar
              ? scalar.text()
              : reject("a key is a text", at.getStartMark());
      String inner = path.isEmpty() ? key : path + "." + key;
      Node value = node(inner);
      Node.Place first = keys.putIfAbsent(key, place(at));
      if (first == null) {
        entries.put(key, value);
      } else {
        problems.error(
            place(at),
            inner,
            "the key '" + key + "' stands here for the second time, first on line " + first.line(),
            "keep one of the two");
      }
    }
    parser.getEvent();
    return new Node.Mapping(
        place(start), Collections.unmodifiableMap(entries), Collections.unmodifiableMap(keys));
  }

  private static String reject(String expected, Mark mark) {
    throw failure(expected, mark);
  }

  private void count(int more, Mark mark) {
    nodes += more;
    if (nodes > MOST_NODES) {
      throw failure("more than " + MOST_NODES + " values, aliases counted", mark);
    }
  }

  private Node.Place place(Event event) {
    return YamlReader.place(file, event.getStartMark());
  }

  private static ParserException failure(String problem, Mark mark) {
    return new ParserException(null, null, problem, mark);
  }
}
