package dev.tandem.version;

import dev.tandem.version.Expression.Overflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The rule of loss: a direction loses a field unless the opposite direction makes it again from
/// what the direction kept, for every record that the direction accepts. Decided from the lenses of
/// both, not by trying.
///
/// @param source the version that is left
/// @param target the version that is gone to
/// @param forward the lenses to the target
/// @param back the lenses from there
record Restoration(
    Schema source, Schema target, Map<String, Expression> forward, Map<String, Expression> back) {

  static List<Lost> lost(Schema source, Projection forward, Projection back) {
    var restoration =
        new Restoration(source, forward.target(), forward.expressions(), back.expressions());
    return restoration.lost("");
  }

  private List<Lost> lost(String prefix) {
    var lost = new ArrayList<Lost>();
    for (Schema.Field field : source.getFields()) {
      Expression again = back.get(field.name());
      if (again != null) {
        lost.addAll(lost(field.name(), again, prefix));
      }
    }
    return lost;
  }

  /// What is lost of the field at a path, given what makes it again.
  private List<Lost> lost(String path, Expression again, String prefix) {
    FieldPath from = FieldPath.of(source, path).orElseThrow();
    return switch (again) {
      case Expression.Default(_, var of, _) ->
          from.nullable()
              ? List.of(new Lost(prefix + path, "null comes back as the default"))
              : lost(path, of, prefix);
      case Expression.Build(_, var fields) ->
          from.nullable()
              ? List.of(new Lost(prefix + path, "null comes back as a record"))
              : parts(path, from.schema(), fields, prefix);
      case Expression.Within(_, var at, var fields) -> within(path, at, fields, prefix);
      case Expression.Each(_, var at, var fields) -> each(path, at, fields, prefix);
      case Expression.Absent _, Expression.Constant _ ->
          List.of(new Lost(prefix + path, "the other version does not hold it"));
      case Expression.Join _, Expression.Split _ ->
          List.of(new Lost(prefix + path, "texts that are joined or split do not say where"));
      case Expression.Copy copy -> single(path, from, copy.from(), again, prefix);
      case Expression.Cast cast -> single(path, from, cast.from(), again, prefix);
      case Expression.Rescale rescale -> single(path, from, rescale.from(), again, prefix);
      case Expression.Lookup lookup -> single(path, from, lookup.from(), again, prefix);
    };
  }

  private List<Lost> parts(
      String path, Schema record, Map<String, Expression> fields, String prefix) {
    var lost = new ArrayList<Lost>();
    for (Schema.Field field : record.getFields()) {
      Expression again = fields.get(field.name());
      if (again != null) {
        lost.addAll(lost(path + "." + field.name(), again, prefix));
      }
    }
    return lost;
  }

  private List<Lost> within(String path, String at, Map<String, Expression> fields, String prefix) {
    FieldPath from = FieldPath.of(source, path).orElseThrow();
    var kept = Expression.at(at, forward);
    if (kept.isPresent()
        && kept.get() instanceof Expression.Within(_, var origin, var inner)
        && origin.equals(path)) {
      return new Restoration(from.schema(), targetAt(at), inner, fields).lost(prefix + path + ".");
    }
    if (from.nullable()) {
      return List.of(new Lost(prefix + path, "the other version does not hold it"));
    }
    Map<String, Expression> moved = new LinkedHashMap<>();
    fields.forEach((name, field) -> moved.put(name, field.in(at)));
    return parts(path, from.schema(), moved, prefix);
  }

  private List<Lost> each(String path, String at, Map<String, Expression> fields, String prefix) {
    var kept = Expression.at(at, forward);
    if (kept.isPresent()
        && kept.get() instanceof Expression.Each(_, var origin, var inner)
        && origin.equals(path)) {
      Schema item = FieldPath.of(source, path).orElseThrow().schema().getElementType();
      return new Restoration(item, targetAt(at).getElementType(), inner, fields)
          .lost(prefix + path + "[].");
    }
    return List.of(new Lost(prefix + path, "the other version does not hold it"));
  }

  private Schema targetAt(String path) {
    return FieldPath.of(target, path).orElseThrow().schema();
  }

  private List<Lost> single(
      String path, FieldPath from, String at, Expression again, String prefix) {
    return Expression.at(at, forward)
        .map(kept -> why(path, from, at, new Edge(kept, again)))
        .orElse(Optional.of("the other version does not hold it"))
        .map(why -> List.of(new Lost(prefix + path, why)))
        .orElse(List.of());
  }

  /// There and back.
  private record Edge(Expression there, Expression again) {}

  private Optional<String> why(String path, FieldPath from, String at, Edge edge) {
    Schema there = targetAt(at);
    return switch (edge.there) {
      case Expression.Copy copy when copy.from().equals(path) -> table(edge, from.schema(), there);
      case Expression.Lookup lookup when lookup.from().equals(path) ->
          table(edge, from.schema(), there);
      case Expression.Cast cast when cast.from().equals(path) ->
          cast.overflow() != Overflow.FAIL
              ? Optional.of("what does not fit is changed")
              : Casts.exact(from.schema(), there)
                  ? table(edge, from.schema(), there)
                  : Optional.of("different values have one form there");
      case Expression.Rescale rescale when rescale.from().equals(path) ->
          rescale.rounding().isPresent()
              ? Optional.of("digits behind the point are dropped")
              : Casts.exact(from.schema(), there)
                  ? Optional.empty()
                  : Optional.of("different values have one form there");
      case Expression.Default(_, var of, _) ->
          from.nullable()
              ? Optional.of("null becomes the default")
              : why(path, from, at, new Edge(of, edge.again));
      case Expression.Join _, Expression.Split _ ->
          Optional.of("texts that are joined or split do not say where");
      default -> Optional.of("the other version does not hold it");
    };
  }

  /// Of values that are listed, each has to come back as itself; of others what lets every value
  /// pass lets it come back.
  private Optional<String> table(Edge edge, Schema from, Schema there) {
    boolean listed =
        edge.there instanceof Expression.Lookup || edge.again instanceof Expression.Lookup;
    if (!listed) {
      return Optional.empty();
    }
    var forth =
        edge.there instanceof Expression.Lookup lookup
            ? LookupTable.of(lookup, from, there)
            : Optional.of(from)
                .filter(schema -> schema.getType() == Schema.Type.ENUM)
                .map(schema -> LookupTable.identity(schema, there));
    return forth.filter(it -> it.isUndoneBy(values(edge.again, there, from))).isPresent()
        ? Optional.empty()
        : Optional.of("values that differ come back as one");
  }

  /// What comes back of a listed value: a copy gives it back, a lookup what it says.
  private static UnaryOperator<@Nullable String> values(
      Expression again, Schema there, Schema from) {
    if (!(again instanceof Expression.Lookup lookup)) {
      return value -> value;
    }
    var table = LookupTable.of(lookup, there, from);
    return value -> table.map(it -> it.values().get(value)).orElse(null);
  }
}
