package dev.tandem.version;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The rule of derived directions: what the lenses of one direction say of the other. Whether what
/// is derived gives every value back is [Restoration]'s to say.
final class Inversion {
  private final SequencedMap<String, Expression> back = new LinkedHashMap<>();

  private Inversion() {}

  /// The lenses of the opposite direction, as far as they follow. Only whole fields can be made
  /// from derived lenses, not fields of a record that has others.
  static SequencedMap<String, Expression> of(Map<String, Expression> fields) {
    var inversion = new Inversion();
    fields.forEach((field, expression) -> inversion.add(field, expression));
    return inversion.back;
  }

  private void add(String field, Expression expression) {
    switch (expression) {
      case Expression.Copy(var place, var from) ->
          // Back from a wider type; a cast between equal types is a copy.
          put(from, new Expression.Cast(place, field, Expression.Overflow.FAIL));
      case Expression.Lookup lookup ->
          inverse(lookup.values())
              .filter(_ -> lookup.otherwise().isEmpty())
              .ifPresent(
                  values ->
                      put(
                          lookup.from(),
                          new Expression.Lookup(lookup.place(), field, values, Optional.empty())));
      case Expression.Cast(var place, var from, var overflow) -> {
        if (overflow == Expression.Overflow.FAIL) {
          put(from, new Expression.Cast(place, field, overflow));
        }
      }
      case Expression.Rescale(var place, var from, var rounding) -> {
        if (rounding.isEmpty()) {
          put(from, new Expression.Rescale(place, field, rounding));
        }
      }
      case Expression.Build(_, var fields) ->
          fields.forEach((inner, part) -> add(field + "." + inner, part));
      case Expression.Within(var place, var from, var fields) ->
          put(from, new Expression.Within(place, field, of(fields)));
      case Expression.Each(var place, var from, var fields) ->
          put(from, new Expression.Each(place, field, of(fields)));
      case Expression.Default _,
          Expression.Constant _,
          Expression.Join _,
          Expression.Split _,
          Expression.Absent _ -> {}
    }
  }

  /// Of two lenses that read one field, the first gives it back.
  private void put(String from, Expression expression) {
    int dot = from.indexOf('.');
    if (dot < 0) {
      back.putIfAbsent(from, expression);
      return;
    }
    String outer = from.substring(0, dot);
    var made =
        back.computeIfAbsent(
            outer, _ -> new Expression.Build(expression.place(), new LinkedHashMap<>()));
    if (made instanceof Expression.Build(_, var fields)) {
      var inner = new Inversion();
      inner.back.putAll(fields);
      inner.put(from.substring(dot + 1), expression);
      fields.putAll(inner.back);
    }
  }

  private static Optional<SequencedMap<String, String>> inverse(Map<String, String> values) {
    var inverse = new LinkedHashMap<String, String>();
    for (var entry : values.entrySet()) {
      if (inverse.putIfAbsent(entry.getValue(), entry.getKey()) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(inverse);
  }
}
