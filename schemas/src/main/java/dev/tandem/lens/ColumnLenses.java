package dev.tandem.lens;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.table.Carrier;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// Makes the lenses that read columns of one table: each method types one lens against the
/// contract.
record ColumnLenses(Columns columns) {
  private static final String OTHERWISE =
      "change the contract's type, or choose a lens that makes it";

  private static final Set<Schema.Type> CASTS =
      Set.of(
          Schema.Type.BOOLEAN,
          Schema.Type.INT,
          Schema.Type.LONG,
          Schema.Type.FLOAT,
          Schema.Type.DOUBLE,
          Schema.Type.STRING);

  private enum Rounding {
    FAIL,
    HALF_UP,
    HALF_EVEN,
    DOWN
  }

  Lens copy(LensNode node, Schema target) {
    var input = columns.column(node, node.argument(), node.text(node.argument()));
    if (input.array()) {
      if (target.getType() == Schema.Type.ARRAY) {
        var element = OptionalSchema.bare(target.getElementType());
        return new CopyArray(input, target, natural(node, input, element));
      }
      throw mismatch(node, input, target);
    }
    return new Copy(input, target, natural(node, input, target));
  }

  private static Conversion natural(LensNode node, Input input, Schema target) {
    return Natural.conversion(input, target).orElseThrow(() -> mismatch(node, input, target));
  }

  private static Rejected mismatch(LensNode node, Input input, Schema target) {
    return node.reject(
        node.node(),
        "expected a lens for "
            + OptionalSchema.describe(target)
            + ", found a copy of column "
            + input,
        hint(input, target));
  }

  private static String hint(Input input, Schema target) {
    String column = input.column();
    boolean whole = input.carrier() == Carrier.INT || input.carrier() == Carrier.LONG;
    if (target.getLogicalType() == null) {
      return castable(input) && CASTS.contains(target.getType())
          ? "write { cast: " + column + ", to: " + target.getType().getName() + " }"
          : OTHERWISE;
    }
    return switch (target.getLogicalType()) {
      case LogicalTypes.Decimal _ when whole -> "write { decimal: " + column + ", scale: 2 }";
      case LogicalTypes.Uuid _ when input.hasText() -> "write { cast: " + column + ", to: uuid }";
      case LogicalTypes.TimestampMicros _ when input.carrier() == Carrier.TIMESTAMP ->
          "write { timestamp: " + column + ", zone: Europe/Berlin }";
      case LogicalTypes.TimestampMillis _ when input.carrier() == Carrier.TIMESTAMP ->
          "write { timestamp: " + column + ", zone: Europe/Berlin }";
      default -> OTHERWISE;
    };
  }

  private static boolean castable(Input input) {
    return !input.array()
        && (input.hasText()
            || input.carrier() == Carrier.FLOAT
            || input.carrier() == Carrier.DOUBLE);
  }

  Lens join(LensNode node, Schema target) {
    requireString(node, target);
    var inputs = columns.texts(node, node.argument());
    return new Join(inputs, target, node.option("with").map(node::text).orElse(""));
  }

  Lens split(LensNode node, Schema target) {
    requireString(node, target);
    String at = node.text(node.required("at"));
    if (at.isEmpty()) {
      throw node.reject(
          node.required("at"), "expected a separator, found an empty text", "name a separator");
    }
    node.required("part");
    int part = node.integer("part").orElse(0);
    return new Split(columns.text(node, node.argument()), target, at, part);
  }

  Lens lookup(LensNode node, Schema target) {
    var input = columns.text(node, node.argument());
    Map<String, Object> values = new HashMap<>();
    var listed = node.mapping(node.required("values"));
    listed
        .entries()
        .forEach(
            (text, value) ->
                values.put(key(node, input, text, value), literal(node, value, target)));
    var otherwise = node.option("default").map(value -> literal(node, value, target));
    return new Lookup(input, target, values, otherwise);
  }

  /// The text that values of the column can have: `01` of a number is `1`.
  private static String key(LensNode node, Input input, String text, Node at) {
    try {
      return switch (input.carrier()) {
        case INT -> Integer.valueOf(text).toString();
        case LONG -> Long.valueOf(text).toString();
        case BOOLEAN, TEXT, NUMERIC, UUID, JSON -> input.text(text);
        case FLOAT, DOUBLE, BYTES, DATE, TIMESTAMP, INSTANT, TIME -> text;
      };
    } catch (NumberFormatException e) {
      throw node.reject(
          at,
          "expected values of column " + input + ", found '" + text + "'",
          "list what the column can hold");
    }
  }

  Lens enumeration(LensNode node, Schema target) {
    if (target.getType() != Schema.Type.ENUM) {
      throw node.reject(
          node.node(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found 'enum'",
          "make the contract field an enum, or copy the column");
    }
    if (node.option("values").isPresent()) {
      return lookup(node, target);
    }
    var input = columns.text(node, node.argument());
    return new Copy(input, target, natural(node, input, target));
  }

  Lens decimal(LensNode node, Schema target) {
    var input = columns.scalar(node, node.argument(), node.text(node.argument()));
    if (!(target.getLogicalType() instanceof LogicalTypes.Decimal type)) {
      throw node.reject(
          node.node(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found 'decimal'",
          "make the contract field bytes with logicalType decimal");
    }
    var rounding =
        node.choice("rounding", Rounding.class)
            .filter(choice -> choice != Rounding.FAIL)
            .map(choice -> RoundingMode.valueOf(choice.name()));
    var form = DecimalForm.of(target, rounding);
    return switch (input.carrier()) {
      case INT, LONG -> new Scaled(input, target, scale(node, type, form), form);
      case NUMERIC -> {
        reportScaleOfNumeric(node, type);
        yield new Scaled(input, target, type.getScale(), form);
      }
      default ->
          throw node.reject(
              node.node(),
              "expected an integer or numeric column, found " + input,
              "use a Java lens for numbers in other forms");
    };
  }

  private static int scale(LensNode node, LogicalTypes.Decimal type, DecimalForm form) {
    node.required("scale");
    int scale = node.integer("scale").orElse(0);
    if (scale < 0 || (scale > type.getScale() && form.rounding().isEmpty())) {
      throw node.reject(
          node.required("scale"),
          "expected a scale from 0 to the contract's " + type.getScale() + ", found " + scale,
          "widen the contract's scale, or declare a rounding");
    }
    return scale;
  }

  private static void reportScaleOfNumeric(LensNode node, LogicalTypes.Decimal type) {
    int scale = node.integer("scale").orElse(type.getScale());
    if (scale != type.getScale()) {
      throw node.reject(
          node.required("scale"),
          "expected the contract's scale " + type.getScale() + ", found " + scale,
          "leave scale out: a numeric knows its own");
    }
  }

  Lens cast(LensNode node, Schema target) {
    var input = columns.scalar(node, node.argument(), node.text(node.argument()));
    node.required("to");
    var to = node.choice("to", Cast.To.class).orElseThrow(Rejected::new);
    var overflow = node.choice("overflow", Cast.Overflow.class).orElse(Cast.Overflow.FAIL);
    boolean fits =
        to == Cast.To.UUID
            ? target.getLogicalType() instanceof LogicalTypes.Uuid
                && target.getType() == Schema.Type.STRING
            : target.getType() == Schema.Type.valueOf(to.name()) && target.getLogicalType() == null;
    if (!fits) {
      throw node.reject(
          node.required("to"),
          "expected a cast to "
              + OptionalSchema.describe(target)
              + ", found one to "
              + node.text(node.required("to")),
          "cast to the contract's type");
    }
    boolean fromText = to == Cast.To.STRING || to == Cast.To.UUID;
    if (!castable(input) || (fromText && !input.hasText())) {
      throw node.reject(
          node.node(),
          "expected a column of text, numbers or booleans, found " + input,
          "use a lens that reads this type");
    }
    return new Cast(input, target, to, overflow);
  }

  Lens timestamp(LensNode node, Schema target) {
    var input = columns.scalar(node, node.argument(), node.text(node.argument()));
    if (input.carrier() != Carrier.TIMESTAMP) {
      throw node.reject(
          node.argument(),
          "expected a column of type timestamp without time zone, found " + input,
          input.carrier() == Carrier.INSTANT
              ? "copy the column: it is an instant already"
              : "name a timestamp column");
    }
    long unit =
        switch (target.getLogicalType()) {
          case LogicalTypes.TimestampMicros _ -> 1;
          case LogicalTypes.TimestampMillis _ -> 1000;
          case null, default ->
              throw node.reject(
                  node.node(),
                  "expected a lens for " + OptionalSchema.describe(target) + ", found 'timestamp'",
                  "make the contract field long with logicalType timestamp-micros");
        };
    ZoneId zone = zone(node, node.required("zone"));
    return new Zoned(
        input,
        target,
        zone,
        new LocalOffsets(zone),
        node.choice("gap", Zoned.Choice.class).orElse(Zoned.Choice.LATER),
        node.choice("overlap", Zoned.Choice.class).orElse(Zoned.Choice.EARLIER),
        unit);
  }

  private static ZoneId zone(LensNode node, Node at) {
    try {
      return ZoneId.of(node.text(at));
    } catch (DateTimeException e) {
      throw node.reject(
          at,
          "expected a time zone, found '" + node.text(at) + "'",
          NearMatch.of(node.text(at), ZoneId.getAvailableZoneIds())
              .map(near -> "did you mean '" + near + "'?")
              .orElse("use a name such as Europe/Berlin, or UTC"));
    }
  }

  Lens trim(LensNode node, Schema target) {
    requireString(node, target);
    var input = columns.scalar(node, node.argument(), node.text(node.argument()));
    if (input.carrier() != Carrier.TEXT) {
      throw node.reject(
          node.argument(), "expected a text column, found " + input, "copy the column");
    }
    return new Trim(input, target, node.choice("empty", Trim.Empty.class).orElse(Trim.Empty.KEEP));
  }

  Lens uuid5(LensNode node, Schema target) {
    if (target.getType() != Schema.Type.STRING) {
      throw node.reject(
          node.node(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found 'uuid5'",
          "make the contract field string with logicalType uuid");
    }
    var namespace = Uuid5.namespace(node.text(node.required("namespace")));
    return new Uuid5(columns.texts(node, node.argument()), target, namespace);
  }

  Lens concat(LensNode node, Schema target) {
    if (target.getType() != Schema.Type.ARRAY) {
      throw node.reject(
          node.node(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found 'concat'",
          "make the contract field an array");
    }
    var element = OptionalSchema.bare(target.getElementType());
    var inputs = new ArrayList<Input>();
    var conversions = new ArrayList<Conversion>();
    for (String name : node.texts(node.argument())) {
      var input = columns.column(node, node.argument(), name);
      inputs.add(input);
      conversions.add(natural(node, input, element));
    }
    return new Concat(inputs, target, conversions);
  }

  Lens java(LensNode node, Schema target) {
    String name = node.text(node.argument());
    var found =
        ServiceLoader.load(CustomLens.class).stream().map(ServiceLoader.Provider::get).toList();
    var code =
        found.stream()
            .filter(lens -> lens.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    node.reject(
                        node.argument(),
                        "expected a Java lens on the class path, found none named '" + name + "'",
                        "add its jar with META-INF/services/" + CustomLens.class.getName()));
    var from = node.required("from");
    var inputs =
        node.texts(from).stream().map(column -> columns.scalar(node, from, column)).toList();
    code.refusal(inputs.stream().map(Input::carrier).toList(), target)
        .ifPresent(
            cause -> {
              throw node.reject(node.node(), cause, "see the Java lens " + name);
            });
    return new Custom(code, inputs, target);
  }

  static Object literal(LensNode node, Node value, Schema target) {
    return Literal.of(target, value)
        .orElseThrow(
            () ->
                node.reject(
                    value,
                    "expected a value of "
                        + OptionalSchema.describe(target)
                        + ", found "
                        + (value instanceof Node.Scalar scalar
                            ? "'" + scalar.text() + "'"
                            : "something else"),
                    target.getType() == Schema.Type.ENUM && value instanceof Node.Scalar scalar
                        ? NearMatch.suggestion(scalar.text(), target.getEnumSymbols())
                        : "write a value of the contract's type"));
  }

  private static void requireString(LensNode node, Schema target) {
    if (target.getType() != Schema.Type.STRING || target.getLogicalType() != null) {
      throw node.reject(
          node.node(),
          "expected a lens for "
              + OptionalSchema.describe(target)
              + ", found '"
              + node.name().keyword()
              + "'",
          "make the contract field a string, or choose a lens that makes its type");
    }
  }
}
