package dev.tandem.lens;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.plan.ContractData;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/// Compiles lenses of one table against a contract's schemas, reporting what does not fit. Lenses
/// of a root may name child lists; what is said of those is compiled by a compiler of the child.
final class LensCompiler {
  private final Scope scope;
  private final Optional<EntityTables> lists;
  private final Problems problems;
  private final ColumnLenses columns;

  /// The child lists that an `each` read.
  private final Set<String> listsRead = new HashSet<>();

  LensCompiler(Scope scope, Optional<EntityTables> lists, Problems problems) {
    this.scope = scope;
    this.lists = lists;
    this.problems = problems;
    this.columns = new ColumnLenses(new Columns(scope));
  }

  Scope scope() {
    return scope;
  }

  Set<String> listsRead() {
    return listsRead;
  }

  /// Lenses for every field of a record. Fields that are not mapped take their default.
  ///
  /// @return nothing where an error was reported
  Optional<Fields> fields(Node.Mapping map, Schema record, String path) {
    var known =
        record.getFields().stream()
            .collect(Collectors.toMap(Schema.Field::name, Function.identity()));
    boolean whole = true;
    for (String key : map.entries().keySet()) {
      if (!known.containsKey(key)) {
        problems.error(
            map.keys().getOrDefault(key, map.place()),
            path + "." + key,
            "expected a field of the contract " + record.getFullName() + ", found '" + key + "'",
            NearMatch.suggestion(key, known.keySet()));
        whole = false;
      }
    }
    var fields = new ArrayList<Fields.Field>();
    for (Schema.Field field : record.getFields()) {
      lensOf(field, map, path)
          .ifPresent(lens -> fields.add(new Fields.Field(field.name(), field.pos(), lens)));
    }
    return whole && fields.size() == known.size()
        ? Optional.of(new Fields(record, fields))
        : Optional.empty();
  }

  private Optional<Lens> lensOf(Schema.Field field, Node.Mapping map, String path) {
    Node node = map.entries().get(field.name());
    if (node != null) {
      return field(node, field.schema(), path + "." + field.name());
    }
    if (field.hasDefaultValue()) {
      return Optional.of(new Constant(field.schema(), ContractData.MODEL.getDefaultValue(field)));
    }
    problems.error(
        map.place(),
        path,
        "expected a mapping for the contract field '"
            + field.name()
            + "' ("
            + OptionalSchema.describe(field.schema())
            + "), which has no default; found none",
        "map " + field.name() + ", or give it a default in the contract");
    return Optional.empty();
  }

  /// The lens for one field, which yields null only where the field may be null.
  Optional<Lens> field(Node node, Schema target, String path) {
    try {
      var lens = lens(LensNode.of(node, path, problems), OptionalSchema.bare(target));
      if (!lens.nullable() || target.isNullable()) {
        return Optional.of(lens);
      }
      problems.error(
          node.place(),
          path,
          "expected a value in every row, found a lens that can yield null"
              + lens.inputs().stream()
                  .filter(Input::nullable)
                  .map(input -> ": column " + input + " is nullable")
                  .findFirst()
                  .orElse(""),
          "write { default: { of: …, value: … } }, or let the contract field be null");
    } catch (Rejected reported) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private Lens lens(LensNode node, Schema target) {
    return switch (node.name()) {
      case COPY -> columns.copy(node, target);
      case JOIN -> columns.join(node, target);
      case SPLIT -> columns.split(node, target);
      case LOOKUP -> columns.lookup(node, target);
      case ENUM -> columns.enumeration(node, target);
      case DECIMAL -> columns.decimal(node, target);
      case CAST -> columns.cast(node, target);
      case TIMESTAMP -> columns.timestamp(node, target);
      case TRIM -> columns.trim(node, target);
      case UUID5 -> columns.uuid5(node, target);
      case CONCAT -> columns.concat(node, target);
      case JAVA -> columns.java(node, target);
      case CONSTANT -> constant(node, target);
      case DEFAULT -> defaulted(node, target);
      case RECORD -> record(node, target);
      case EACH -> each(node, target);
    };
  }

  private static Lens constant(LensNode node, Schema target) {
    Node value = node.argument();
    return Literal.isNull(value)
        ? new Constant(target, null)
        : new Constant(target, ColumnLenses.literal(node, value, target));
  }

  private Lens defaulted(LensNode node, Schema target) {
    var argument = node.mapping(node.argument());
    for (String key : argument.entries().keySet()) {
      if (!Set.of("of", "value").contains(key)) {
        throw node.reject(
            argument,
            "expected 'of' and 'value' in the lens 'default', found '" + key + "'",
            NearMatch.suggestion(key, Set.of("of", "value")));
      }
    }
    Node of = argument.entries().get("of");
    Node value = argument.entries().get("value");
    if (of == null || value == null) {
      throw node.reject(
          argument,
          "expected 'of' and 'value' in the lens 'default', found " + argument.entries().keySet(),
          "write { default: { of: column, value: text } }");
    }
    var inner = lens(LensNode.of(of, node.path(), problems), target);
    return new Default(inner, ColumnLenses.literal(node, value, target));
  }

  private Lens record(LensNode node, Schema target) {
    if (target.getType() != Schema.Type.RECORD) {
      throw node.reject(
          node.node(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found 'record'",
          "map a column, or make the contract field a record");
    }
    return new Nested(
        fields(node.mapping(node.argument()), target, node.path()).orElseThrow(Rejected::new));
  }

  private Lens each(LensNode node, Schema target) {
    String list = node.text(node.argument());
    var child = lists.flatMap(tables -> tables.child(list));
    if (child.isEmpty()) {
      throw node.reject(
          node.argument(),
          "expected a child list of the entity, found '" + list + "'",
          NearMatch.suggestion(list, listNames()));
    }
    listsRead.add(list);
    if (target.getType() != Schema.Type.ARRAY) {
      throw node.reject(
          node.node(),
          "expected a lens for " + OptionalSchema.describe(target) + ", found 'each'",
          "make the contract field an array");
    }
    var inner = new LensCompiler(Scope.of(child.get().getValue()), Optional.empty(), problems);
    Lens item = inner.item(node, target.getElementType());
    Optional<Input> order =
        node.option("order").map(at -> new Columns(inner.scope).scalar(node, at, node.text(at)));
    return new Each(list, target, item, inner.scope.binder(), order);
  }

  private Lens item(LensNode node, Schema element) {
    if (node.option("of").isPresent() == node.option("map").isPresent()) {
      throw node.reject(
          node.node(),
          "expected one of the options 'map' and 'of' of the lens 'each', found "
              + (node.option("of").isPresent() ? "both" : "none"),
          "write { each: list, map: { field: column } }");
    }
    if (node.option("of").isPresent()) {
      return field(node.required("of"), element, node.path() + ".of").orElseThrow(Rejected::new);
    }
    if (OptionalSchema.bare(element).getType() != Schema.Type.RECORD) {
      throw node.reject(
          node.node(),
          "expected an array of records for 'map', found elements of "
              + OptionalSchema.describe(element),
          "write { each: list, of: column }");
    }
    return new Nested(
        fields(
                node.mapping(node.required("map")),
                OptionalSchema.bare(element),
                node.path() + ".map")
            .orElseThrow(Rejected::new));
  }

  private List<String> listNames() {
    return lists
        .map(tables -> tables.children().keySet().stream().map(source -> source.name()).toList())
        .filter(names -> !names.isEmpty())
        .orElseGet(() -> List.of("from.children (none is declared)"));
  }
}
