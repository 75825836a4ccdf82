package dev.tandem.lens;

import dev.tandem.contract.CanonicalText;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.plan.EntityMapping;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/// Compiles the `map` block of an entity: types every lens against the legacy tables and the
/// contract, and checks that keys and partitions can be computed from what the log carries.
public final class MappingCompiler {
  private final MappingSource source;
  private final Problems problems;
  private final LensCompiler lenses;

  private MappingCompiler(MappingSource source, Problems problems) {
    this.source = source;
    this.problems = problems;
    this.lenses =
        new LensCompiler(
            Scope.of(source.tables().rootTable()), Optional.of(source.tables()), problems);
  }

  /// The compiled mapping (a [CompiledMapping]), or nothing where an error was reported.
  public static Optional<EntityMapping> compile(MappingSource source, Problems problems) {
    return new MappingCompiler(source, problems).compile();
  }

  private Optional<EntityMapping> compile() {
    boolean named = checkNames();
    var fields = lenses.fields(source.map(), source.contract(), source.path() + ".map");
    warnOfUnreadLists();
    if (!named || fields.isEmpty()) {
      return Optional.empty();
    }
    var key = key(fields.get());
    var partitions =
        new PartitionCompiler(source, problems)
            .compile(
                lenses.scope(),
                field(fields.get(), source.partitionBy()).lens(),
                columns(keyFields(fields.get())));
    if (key.isEmpty() || partitions.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new CompiledMapping(
            source,
            fields.get(),
            key.get(),
            lenses.scope().binder(),
            partitions.get(),
            source.tenant().map(source.contract()::getField)));
  }

  /// Whether the contract has the fields that key, partition and tenant are made of, in types that
  /// have a canonical text.
  private boolean checkNames() {
    boolean right = true;
    if (source.keyFields().isEmpty()) {
      problems.error(
          source.map().place(),
          source.path() + ".key",
          "expected the contract fields of the key, found none",
          "name at least one field");
      right = false;
    }
    for (String name : source.keyFields()) {
      right &= checkName(name, source.path() + ".key");
    }
    right &= checkName(source.partitionBy(), source.path() + ".map." + source.partitionBy());
    if (source.tenant().isPresent()) {
      right &= checkName(source.tenant().get(), source.path() + ".map." + source.tenant().get());
    }
    return right;
  }

  private boolean checkName(String name, String path) {
    var field = source.contract().getField(name);
    if (field == null) {
      problems.error(
          source.map().place(),
          path,
          "expected a field of the contract, found '" + name + "'",
          NearMatch.suggestion(
              name, source.contract().getFields().stream().map(Schema.Field::name).toList()));
      return false;
    }
    if (!CanonicalText.supports(field.schema())) {
      problems.error(
          place(name),
          path,
          "expected a text, enum, whole number, decimal or boolean in "
              + name
              + ", found "
              + OptionalSchema.describe(field.schema()),
          "choose another field, or another type for it");
      return false;
    }
    return true;
  }

  private void warnOfUnreadLists() {
    for (var child : source.tables().children().keySet()) {
      if (!lenses.listsRead().contains(child.name())) {
        problems.warning(
            source.map().place(),
            source.path() + ".map",
            "the child list '" + child.name() + "' is captured, but no field reads it",
            "map it with { each: " + child.name() + ", … }, or remove it");
      }
    }
  }

  private Optional<Fields> key(Fields fields) {
    var lensesOfKey = keyFields(fields);
    boolean right = true;
    for (Fields.Field field : lensesOfKey) {
      if (field.lens().nullable()) {
        problems.error(
            place(field.name()),
            source.path() + ".map." + field.name(),
            "expected a key that is never null, found a lens that can yield null",
            "compute the key from columns that are NOT NULL");
        right = false;
      }
    }
    var violation = KeyRule.check(lensesOfKey, source.tables().rootTable());
    if (right && violation.isPresent()) {
      problems.error(
          place(source.keyFields().getFirst()),
          source.path() + ".key",
          violation.get().cause(),
          violation.get().fix());
    }
    return right && violation.isEmpty() ? keyRecord(lensesOfKey) : Optional.empty();
  }

  private Optional<Fields> keyRecord(List<Fields.Field> fields) {
    try {
      var schema =
          Schema.createRecord(
              source.entity() + "Key",
              "Names one " + source.entity() + ".",
              source.contract().getNamespace(),
              false,
              fields.stream()
                  .map(
                      field ->
                          new Schema.Field(
                              field.name(),
                              OptionalSchema.bare(
                                  source.contract().getField(field.name()).schema())))
                  .toList());
      var placed = new ArrayList<Fields.Field>();
      for (Fields.Field field : fields) {
        placed.add(new Fields.Field(field.name(), placed.size(), field.lens()));
      }
      return Optional.of(new Fields(schema, placed));
    } catch (AvroRuntimeException e) {
      problems.error(
          source.map().place(),
          source.path(),
          "expected an entity name that Avro allows, found '" + source.entity() + "'",
          "use letters, digits and underscores only");
      return Optional.empty();
    }
  }

  private List<Fields.Field> keyFields(Fields fields) {
    return source.keyFields().stream().map(name -> field(fields, name)).toList();
  }

  private static Fields.Field field(Fields fields, String name) {
    return fields.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> columns(List<Fields.Field> fields) {
    return fields.stream()
        .flatMap(field -> field.lens().inputs().stream())
        .map(Input::column)
        .collect(Collectors.toSet());
  }

  private Node.Place place(String field) {
    return Stream.ofNullable(source.map().entries().get(field))
        .map(Node::place)
        .findFirst()
        .orElse(source.map().place());
  }
}
