package dev.tandem.version;

import dev.tandem.spec.Node;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// How one field of a version is made from the fields of its neighbour, as it is written or
/// derived.
/// Source fields are named by their path: `address.street`.
sealed interface Expression {
  /// Where it stands, or what it was derived from.
  Node.Place place();

  record Copy(Node.Place place, String from) implements Expression {}

  record Default(Node.Place place, Expression of, Node value) implements Expression {}

  record Constant(Node.Place place, Node value) implements Expression {}

  /// @param values from text to text; a symbol that is not listed keeps its name
  record Lookup(
      Node.Place place,
      String from,
      SequencedMap<String, String> values,
      Optional<String> otherwise)
      implements Expression {}

  record Cast(Node.Place place, String from, Overflow overflow) implements Expression {}

  record Rescale(Node.Place place, String from, Optional<RoundingMode> rounding)
      implements Expression {}

  record Join(Node.Place place, List<String> from, String with) implements Expression {}

  record Split(Node.Place place, String from, String at, int part) implements Expression {}

  /// A record whose fields are made from fields of the record around it.
  record Build(Node.Place place, SequencedMap<String, Expression> fields) implements Expression {}

  /// A record whose fields are made from those of one record.
  record Within(Node.Place place, String from, SequencedMap<String, Expression> fields)
      implements Expression {}

  /// A list of records, each made from one of a list.
  record Each(Node.Place place, String from, SequencedMap<String, Expression> fields)
      implements Expression {}

  /// Nothing of the source: the default that the field's schema declares.
  record Absent(Node.Place place) implements Expression {}

  /// What becomes of a number that does not fit.
  enum Overflow {
    FAIL,
    CLAMP,
    NULL
  }

  /// The same, where its source fields belong to a record at a path.
  default Expression in(String path) {
    return switch (this) {
      case Copy(var place, var from) -> new Copy(place, path + "." + from);
      case Default(var place, var of, var value) -> new Default(place, of.in(path), value);
      case Constant constant -> constant;
      case Lookup(var place, var from, var values, var otherwise) ->
          new Lookup(place, path + "." + from, values, otherwise);
      case Cast(var place, var from, var overflow) -> new Cast(place, path + "." + from, overflow);
      case Rescale(var place, var from, var rounding) ->
          new Rescale(place, path + "." + from, rounding);
      case Join(var place, var from, var with) ->
          new Join(place, from.stream().map(field -> path + "." + field).toList(), with);
      case Split(var place, var from, var at, var part) ->
          new Split(place, path + "." + from, at, part);
      case Build(var place, var fields) -> {
        var moved = new LinkedHashMap<String, Expression>();
        fields.forEach((name, field) -> moved.put(name, field.in(path)));
        yield new Build(place, moved);
      }
      case Within(var place, var from, var fields) -> new Within(place, path + "." + from, fields);
      case Each(var place, var from, var fields) -> new Each(place, path + "." + from, fields);
      case Absent absent -> absent;
    };
  }

  /// The expression behind a path into records: `address.street` of what makes `address`.
  static Optional<Expression> at(String path, Map<String, Expression> fields) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return Optional.ofNullable(fields.get(path));
    }
    String rest = path.substring(dot + 1);
    return switch (fields.get(path.substring(0, dot))) {
      case Build(_, var inner) -> at(rest, inner);
      case Within(_, var from, var inner) -> at(rest, inner).map(found -> found.in(from));
      case Copy(var place, var from) -> Optional.of(new Copy(place, from + "." + rest));
      case null, default -> Optional.empty();
    };
  }
}
