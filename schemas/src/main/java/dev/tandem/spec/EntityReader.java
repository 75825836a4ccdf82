package dev.tandem.spec;

import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads one entity of a spec.
final class EntityReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
  private static final int NEWEST_VERSION = 100_000;

  private final Problems problems;
  private final Values values;

  EntityReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  EntitySpec entity(Section.Entry entry) {
    if (!NAME.matcher(entry.name().value()).matches()) {
      entry
          .name()
          .error(
              problems,
              "'" + entry.name().value() + "' cannot name a record",
              "use letters, digits and underscores, no digit first");
    }
    var entity = Section.of(entry.value(), SpecKeys.ENTITY, problems);
    return new EntitySpec(
        entry.name(),
        entity.text("contract", "name the folder that holds v1.avsc"),
        entity
            .optionalText("version")
            .flatMap(text -> values.count(text, NEWEST_VERSION).map(text::with)),
        texts(entity, "publish").stream()
            .flatMap(text -> values.count(text, NEWEST_VERSION).map(text::with).stream())
            .toList(),
        from(entity),
        entity
            .required("key", "name the contract fields that name an instance")
            .map(node -> Section.texts(node, problems))
            .orElse(List.of()),
        map(entity),
        to(entity),
        new ComparisonSpec(
            new RepairReader(problems).ofEntity(entity),
            texts(entity, "sensitive"),
            texts(entity, "computed")));
  }

  private Node.Mapping map(Section entity) {
    Optional<Located<Node>> map =
        entity.required("map", "map the contract's fields: field: column, or field: { lens: … }");
    if (map.isPresent() && map.get().value() instanceof Node.Mapping mapping) {
      if (mapping.entries().isEmpty()) {
        map.get().error(problems, "the mapping is empty", "map every field of the contract");
      }
      return mapping;
    }
    map.ifPresent(
        node ->
            node.error(
                problems,
                "expected a mapping, found " + Section.kind(node.value()),
                "write field: column, or field: { lens: … }, indented below 'map'"));
    return new Node.Mapping(entity.place(), Map.of(), Map.of());
  }

  private SourceSpec from(Section entity) {
    Optional<Located<Node>> from =
        entity.required("from", "write from: { root: schema.table }, with its children");
    if (from.isEmpty()) {
      return new SourceSpec(table(entity.standIn("from")), NamesSpec.NONE, List.of());
    }
    if (from.get().value() instanceof Node.Scalar) {
      return new SourceSpec(table(from.get()), NamesSpec.NONE, List.of());
    }
    if (from.get().value() instanceof Node.Mapping mapping
        && mapping.entries().containsKey("outbox")) {
      var outbox = Section.of(from.get(), SpecKeys.FROM_OUTBOX, problems);
      return new SourceSpec(
          table(outbox, "outbox"),
          names(outbox),
          List.of(),
          Optional.of(new OutboxReader(problems).read(outbox)));
    }
    var section = Section.of(from.get(), SpecKeys.FROM, problems);
    var children = new ArrayList<SourceSpec.Child>();
    for (Section.Entry child : children(section)) {
      children.add(source(child));
    }
    return new SourceSpec(table(section, "root"), names(section), children);
  }

  private SourceSpec.Child source(Section.Entry entry) {
    var child = Section.of(entry.value(), SpecKeys.FROM_CHILD, problems);
    var on = new ArrayList<SourceSpec.On>();
    child
        .required("on", "name the child's columns that hold the root's key")
        .ifPresent(node -> on.addAll(on(node)));
    return new SourceSpec.Child(entry.name(), table(child, "table"), names(child), on);
  }

  private NamesSpec names(Section table) {
    return new NamesSpec(
        texts(table, "formerly").stream()
            .flatMap(text -> parse(text).map(text::with).stream())
            .toList(),
        pairs(table, "renamed"),
        pairs(table, "absent"),
        texts(table, "keyed-by"));
  }

  private List<NamesSpec.Pair> pairs(Section table, String key) {
    return table
        .optional(key)
        .map(node -> columns(Section.open(node, problems)))
        .orElse(List.of())
        .stream()
        .map(pair -> new NamesSpec.Pair(pair.field(), pair.column()))
        .toList();
  }

  private List<SourceSpec.On> on(Located<Node> node) {
    if (!(node.value() instanceof Node.Mapping)) {
      return Section.texts(node, problems).stream()
          .map(child -> new SourceSpec.On(child, Optional.empty()))
          .toList();
    }
    return columns(Section.open(node, problems)).stream()
        .map(pair -> new SourceSpec.On(pair.field(), Optional.of(pair.column())))
        .toList();
  }

  private TargetSpec to(Section entity) {
    Optional<Located<Node>> to =
        entity.required("to", "write to: schema.table, or to: { table: …, children: … }");
    if (to.isEmpty()) {
      return new TargetSpec(table(entity.standIn("to")), List.of(), List.of(), List.of());
    }
    if (to.get().value() instanceof Node.Scalar) {
      return new TargetSpec(table(to.get()), List.of(), List.of(), List.of());
    }
    var section = Section.of(to.get(), SpecKeys.TO, problems);
    var children = new ArrayList<TargetSpec.Child>();
    for (Section.Entry child : children(section)) {
      children.add(target(child));
    }
    return new TargetSpec(
        table(section, "table"),
        section.optional("columns").map(this::columnsOf).orElse(List.of()),
        texts(section, "omit"),
        children);
  }

  private TargetSpec.Child target(Section.Entry entry) {
    if (entry.value().value() instanceof Node.Scalar) {
      return new TargetSpec.Child(
          entry.name(), table(entry.value()), List.of(), List.of(), List.of(), List.of());
    }
    var child = Section.of(entry.value(), SpecKeys.TO_CHILD, problems);
    return new TargetSpec.Child(
        entry.name(),
        table(child, "table"),
        texts(child, "on"),
        texts(child, "key"),
        child.optional("columns").map(this::columnsOf).orElse(List.of()),
        texts(child, "omit"));
  }

  private List<Section.Entry> children(Section section) {
    return section
        .optional("children")
        .map(node -> Section.open(node, problems).entries())
        .orElse(List.of());
  }

  private List<Located<String>> texts(Section section, String key) {
    return section.optional(key).map(node -> Section.texts(node, problems)).orElse(List.of());
  }

  private List<TargetSpec.FieldColumn> columnsOf(Located<Node> node) {
    return columns(Section.open(node, problems));
  }

  private List<TargetSpec.FieldColumn> columns(Section section) {
    var columns = new ArrayList<TargetSpec.FieldColumn>();
    for (Section.Entry entry : section.entries()) {
      Section.scalar(entry.value(), problems)
          .ifPresent(column -> columns.add(new TargetSpec.FieldColumn(entry.name(), column)));
    }
    return columns;
  }

  private Located<TableId> table(Section section, String key) {
    return section
        .required(key, "name the table: schema.table")
        .map(this::table)
        .orElseGet(() -> section.standIn(key).with(new TableId("public", Section.MISSING)));
  }

  private Located<TableId> table(Located<?> at) {
    TableId missing = new TableId("public", Section.MISSING);
    if (!(at.value() instanceof Node node)) {
      return at.standIn(missing);
    }
    return Section.scalar(at.with(node), problems)
        .map(text -> parse(text).map(text::with).orElseGet(() -> text.standIn(missing)))
        .orElseGet(() -> at.standIn(missing));
  }

  private Optional<TableId> parse(Located<String> text) {
    try {
      return Optional.of(TableId.parse(text.value()));
    } catch (IllegalArgumentException e) {
      text.error(
          problems,
          "'" + text.value() + "' is not a table name",
          "write schema.table; a part with a dot or a quote stands in double quotes");
      return Optional.empty();
    }
  }
}
