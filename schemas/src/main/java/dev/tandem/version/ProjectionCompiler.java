package dev.tandem.version;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/// Compiles the lenses of one record: each field of the target has one, written, derived or
/// implied, whose type is that of the field.
///
/// @param where what has no place of its own is reported here
/// @param path of the lenses in the document
record ProjectionCompiler(
    Schema source, Schema target, Node.Place where, String path, Problems problems) {

  /// What the lenses of one record are made from.
  ///
  /// @param written by field
  /// @param derived from the opposite direction, for fields that are not written
  /// @param rewritten fields of the source that the opposite direction has a lens for
  record Lenses(
      Map<String, Expression> written, Map<String, Expression> derived, Set<String> rewritten) {
    static Lenses only(Map<String, Expression> written) {
      return new Lenses(written, Map.of(), Set.of());
    }

    /// @param opposite the lenses of the opposite direction
    static Lenses of(Map<String, Expression> written, Map<String, Expression> opposite) {
      return new Lenses(written, Inversion.of(opposite), opposite.keySet());
    }
  }

  /// Nothing where an error was reported.
  Optional<Projection> compile(Lenses lenses) {
    boolean right = checkNames(lenses.written);
    var fields = new ArrayList<Projection.Field>();
    for (Schema.Field field : target.getFields()) {
      try {
        fields.add(field(field, lenses));
      } catch (Rejected e) {
        right = false;
      }
    }
    return right ? Optional.of(new Projection(target, fields)) : Optional.empty();
  }

  private boolean checkNames(Map<String, Expression> written) {
    boolean right = true;
    for (var entry : written.entrySet()) {
      if (target.getField(entry.getKey()) == null) {
        problems.error(
            entry.getValue().place(),
            path + "." + entry.getKey(),
            "expected a field of " + target.getName() + ", found '" + entry.getKey() + "'",
            NearMatch.suggestion(
                entry.getKey(), target.getFields().stream().map(Schema.Field::name).toList()));
        right = false;
      }
    }
    return right;
  }

  private Projection.Field field(Schema.Field field, Lenses lenses) {
    String name = field.name();
    Expression expression = lenses.written.get(name);
    if (expression == null) {
      expression = implied(field, lenses);
    }
    var lens = new LensTyping(this, path + "." + name).compile(expression, field);
    return new Projection.Field(name, lens.expression(), lens.get());
  }

  /// A field that both directions leave alone is copied; of any other, the inverse of its lens is
  /// taken; then the field of its name, or its default.
  private Expression implied(Schema.Field field, Lenses lenses) {
    Schema.Field same = source.getField(field.name());
    Expression derived = lenses.derived.get(field.name());
    boolean untouched = same != null && !lenses.rewritten.contains(field.name());
    if (derived != null && !(untouched && copies(same, field))) {
      return derived;
    }
    return same == null ? new Expression.Absent(where) : new Expression.Copy(where, field.name());
  }

  private static boolean copies(Schema.Field from, Schema.Field to) {
    return Natural.conversion(OptionalSchema.bare(from.schema()), OptionalSchema.bare(to.schema()))
            .isPresent()
        && (OptionalSchema.isOptional(to.schema()) || !OptionalSchema.isOptional(from.schema()));
  }

  /// The compiler of records inside this one.
  ProjectionCompiler inner(Schema from, Schema to, Node.Place place, String at) {
    return new ProjectionCompiler(
        OptionalSchema.bare(from), OptionalSchema.bare(to), place, at, problems);
  }
}
