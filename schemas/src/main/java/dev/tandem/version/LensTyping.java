package dev.tandem.version;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.lens.Literal;
import dev.tandem.plan.ContractData;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.version.Expression.Overflow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Types the lens of one field against both versions and makes it a function.
///
/// @param record whose field it is
/// @param path of the field in the document
record LensTyping(ProjectionCompiler record, String path) {

  /// @param expression with what was implied made explicit
  /// @param nullable whether it can yield null
  record Typed(Expression expression, boolean nullable, RecordLens get) {}

  /// @throws Rejected where an error was reported
  Typed compile(Expression expression, Schema.Field field) {
    if (expression instanceof Expression.Absent(var place)) {
      return absent(place, field);
    }
    Typed typed = typed(expression, OptionalSchema.bare(field.schema()));
    if (typed.nullable && !OptionalSchema.isOptional(field.schema())) {
      throw reject(
          expression.place(),
          "expected a lens that is never null, for "
              + OptionalSchema.describe(field.schema())
              + ", found one that can be",
          "write { default: { of: …, value: … } }, or make the field nullable");
    }
    return typed;
  }

  private Typed absent(Node.Place place, Schema.Field field) {
    if (!field.hasDefaultValue()) {
      throw reject(
          place,
          "expected a lens for the field '"
              + field.name()
              + "' of "
              + record.target().getName()
              + ", which the other version has not and which has no default; found none, and no"
              + " lens of the opposite direction whose inverse would give it",
          "write a lens for it here, or give the field a default in its schema");
    }
    Object value = ContractData.MODEL.getDefaultValue(field);
    return new Typed(new Expression.Absent(place), value == null, _ -> value);
  }

  private Typed typed(Expression expression, Schema target) {
    return switch (expression) {
      case Expression.Copy copy -> copy(copy, target);
      case Expression.Default it -> otherwise(it, target);
      case Expression.Constant it -> constant(it, target);
      case Expression.Lookup it -> lookup(it, target);
      case Expression.Cast it -> cast(it, target);
      case Expression.Rescale it -> rescale(it, target);
      case Expression.Join it -> join(it, target);
      case Expression.Split it -> split(it, target);
      case Expression.Build it -> build(it, target);
      case Expression.Within it -> within(it, target);
      case Expression.Each it -> each(it, target);
      case Expression.Absent _ -> throw new IllegalStateException("a default of the whole field");
    };
  }

  private FieldPath source(Expression at, String from) {
    return FieldPath.of(record.source(), from)
        .orElseThrow(
            () ->
                reject(
                    at.place(),
                    "expected a field of " + record.source().getName() + ", found '" + from + "'",
                    NearMatch.suggestion(
                        from,
                        record.source().getFields().stream().map(Schema.Field::name).toList())));
  }

  private static Typed mapped(
      Expression expression, FieldPath from, Function<Object, @Nullable Object> convert) {
    return new Typed(
        expression,
        from.nullable(),
        source -> {
          Object value = from.get(source);
          return value == null ? null : convert.apply(value);
        });
  }

  private Typed copy(Expression.Copy copy, Schema target) {
    return natural(copy, copy.from(), target)
        .orElseThrow(
            () -> {
              var from = source(copy, copy.from());
              return reject(
                  copy.place(),
                  "expected a source for "
                      + OptionalSchema.describe(target)
                      + ", found '"
                      + copy.from()
                      + "', "
                      + OptionalSchema.describe(from.schema()),
                  fix(from.schema(), target, copy.from()));
            });
  }

  private static String fix(Schema source, Schema target, String from) {
    if (Casts.conversion(source, target, Overflow.FAIL).isPresent()) {
      return source.getType() == Schema.Type.ENUM
          ? "write { lookup: " + from + ", values: {…}, default: … }, or { cast: " + from + " }"
          : "write { cast: " + from + ", overflow: fail }, or clamp, or null";
    }
    return Casts.decimal(source, target, Optional.empty()).isPresent()
        ? "write { decimal: " + from + ", rounding: fail }, or half-up, half-even, down"
        : "name another field, or write a lens that makes the type";
  }

  /// A copy, of records and lists of records field by field.
  private Optional<Typed> natural(Expression at, String path, Schema target) {
    var from = source(at, path);
    var conversion = Natural.conversion(from.schema(), target);
    if (conversion.isPresent()) {
      return Optional.of(mapped(new Expression.Copy(at.place(), path), from, conversion.get()));
    }
    if (from.schema().getType() == Schema.Type.RECORD && target.getType() == Schema.Type.RECORD) {
      return Optional.of(within(new Expression.Within(at.place(), path, empty()), target));
    }
    return isList(from.schema()) && isList(target)
        ? Optional.of(each(new Expression.Each(at.place(), path, empty()), target))
        : Optional.empty();
  }

  private static LinkedHashMap<String, Expression> empty() {
    return new LinkedHashMap<>();
  }

  private static boolean isList(Schema schema) {
    return schema.getType() == Schema.Type.ARRAY
        && schema.getElementType().getType() == Schema.Type.RECORD;
  }

  private Typed otherwise(Expression.Default it, Schema target) {
    Typed inner = typed(it.of(), target);
    Object value = literal(it.value(), target);
    return new Typed(
        new Expression.Default(it.place(), inner.expression, it.value()),
        false,
        source -> {
          Object found = inner.get.get(source);
          return found == null ? value : found;
        });
  }

  private Typed constant(Expression.Constant it, Schema target) {
    if (Literal.isNull(it.value())) {
      return new Typed(it, true, _ -> null);
    }
    Object value = literal(it.value(), target);
    return new Typed(it, false, _ -> value);
  }

  private Object literal(Node value, Schema target) {
    return Literal.of(target, value)
        .orElseThrow(
            () ->
                reject(
                    value.place(),
                    "expected a value of "
                        + OptionalSchema.describe(target)
                        + ", found "
                        + (value instanceof Node.Scalar scalar
                            ? "'" + scalar.text() + "'"
                            : "something else"),
                    "write a value of the field's type"));
  }

  private Typed lookup(Expression.Lookup it, Schema target) {
    var from = source(it, it.from());
    var table =
        LookupTable.of(it, from.schema(), target)
            .orElseThrow(
                () ->
                    reject(
                        it.place(),
                        "expected an enum or a string on both sides, found "
                            + OptionalSchema.describe(from.schema())
                            + " and "
                            + OptionalSchema.describe(target),
                        "use cast or decimal for other types"));
    table
        .refusal()
        .ifPresent(
            cause -> {
              throw reject(it.place(), cause, "list it in 'values', or give a default");
            });
    return mapped(it, from, table::get);
  }

  private Typed cast(Expression.Cast it, Schema target) {
    var natural = natural(it, it.from(), target);
    if (natural.isPresent()) {
      return natural.get();
    }
    var from = source(it, it.from());
    var conversion = Casts.conversion(from.schema(), target, it.overflow());
    if (conversion.isEmpty()) {
      throw noConversion(it, from, target, "cast");
    }
    var typed = mapped(it, from, conversion.get());
    return it.overflow() == Overflow.NULL ? new Typed(it, true, typed.get) : typed;
  }

  private Typed rescale(Expression.Rescale it, Schema target) {
    var from = source(it, it.from());
    var conversion = Casts.decimal(from.schema(), target, it.rounding());
    if (conversion.isEmpty()) {
      // The inverse of a decimal made from whole numbers.
      return cast(new Expression.Cast(it.place(), it.from(), Overflow.FAIL), target);
    }
    return mapped(it, from, conversion.get());
  }

  private Rejected noConversion(Expression at, FieldPath from, Schema target, String lens) {
    return reject(
        at.place(),
        "expected types that '"
            + lens
            + "' converts, found "
            + OptionalSchema.describe(from.schema())
            + " and "
            + OptionalSchema.describe(target),
        "use a lens that makes " + OptionalSchema.describe(target));
  }

  private FieldPath text(Expression at, String name) {
    var from = source(at, name);
    if (from.schema().getType() != Schema.Type.STRING
        && from.schema().getType() != Schema.Type.ENUM) {
      throw reject(
          at.place(),
          "expected a string or an enum, found '"
              + name
              + "', "
              + OptionalSchema.describe(from.schema()),
          "name fields that hold texts");
    }
    return from;
  }

  private void requireText(Expression at, Schema target) {
    if (target.getType() != Schema.Type.STRING || target.getLogicalType() != null) {
      throw reject(
          at.place(),
          "expected a lens for "
              + OptionalSchema.describe(target)
              + ", found one that makes a text",
          "make the field a string, or choose another lens");
    }
  }

  private Typed join(Expression.Join it, Schema target) {
    requireText(it, target);
    var parts = it.from().stream().map(name -> text(it, name)).toList();
    return new Typed(
        it,
        parts.stream().allMatch(FieldPath::nullable),
        source -> {
          var texts = new ArrayList<String>(parts.size());
          for (FieldPath part : parts) {
            Object value = part.get(source);
            if (value != null) {
              texts.add(value.toString());
            }
          }
          return texts.isEmpty() ? null : String.join(it.with(), texts);
        });
  }

  private Typed split(Expression.Split it, Schema target) {
    requireText(it, target);
    var from = text(it, it.from());
    boolean always = it.part() == 0 || it.part() == -1;
    var typed = mapped(it, from, value -> part(value.toString(), it));
    return always ? typed : new Typed(it, true, typed.get);
  }

  private static @Nullable String part(String text, Expression.Split it) {
    String[] parts = text.split(Pattern.quote(it.at()), -1);
    int index = it.part() < 0 ? parts.length + it.part() : it.part();
    return index < 0 || index >= parts.length ? null : parts[index];
  }

  private Typed build(Expression.Build it, Schema target) {
    if (target.getType() != Schema.Type.RECORD) {
      throw reject(
          it.place(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found a record",
          "name one field, or make the field a record");
    }
    var made =
        record
            .inner(record.source(), target, it.place(), path)
            .compile(ProjectionCompiler.Lenses.only(it.fields()))
            .orElseThrow(Rejected::new);
    return new Typed(new Expression.Build(it.place(), made.expressions()), false, made::of);
  }

  private Typed within(Expression.Within it, Schema target) {
    var from = source(it, it.from());
    var made = inner(it, from.schema(), target, it.fields());
    return mapped(
        new Expression.Within(it.place(), it.from(), made.expressions()),
        from,
        value -> made.of((IndexedRecord) value));
  }

  private Typed each(Expression.Each it, Schema target) {
    var from = source(it, it.from());
    if (!isList(from.schema()) || !isList(target)) {
      throw noConversion(it, from, target, "each");
    }
    var made = inner(it, from.schema().getElementType(), target.getElementType(), it.fields());
    return mapped(
        new Expression.Each(it.place(), it.from(), made.expressions()),
        from,
        value -> {
          var list = new ArrayList<Object>();
          int index = 0;
          for (Object item : (Collection<?>) value) {
            try {
              list.add(made.of((IndexedRecord) item));
            } catch (Unfit e) {
              throw e.in("[" + index + "]");
            }
            index++;
          }
          return list;
        });
  }

  private Projection inner(
      Expression at, Schema source, Schema target, Map<String, Expression> fields) {
    if (source.getType() != Schema.Type.RECORD || target.getType() != Schema.Type.RECORD) {
      throw reject(
          at.place(),
          "expected records on both sides, found "
              + OptionalSchema.describe(source)
              + " and "
              + OptionalSchema.describe(target),
          "use { record: {…} } to make a record from single fields");
    }
    return record
        .inner(source, target, at.place(), path)
        .compile(ProjectionCompiler.Lenses.only(fields))
        .orElseThrow(Rejected::new);
  }

  private Rejected reject(Node.Place place, String cause, String fix) {
    record.problems().error(place, path, cause, fix);
    return new Rejected();
  }
}
