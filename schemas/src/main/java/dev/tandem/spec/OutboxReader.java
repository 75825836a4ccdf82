package dev.tandem.spec;

import java.util.ArrayList;
import java.util.List;

/// Reads how an entity is made from a legacy outbox table.
record OutboxReader(Problems problems) {

  OutboxSpec read(Section from) {
    Located<String> afterReading =
        oneOf(
            from.text(
                "after-reading", "write after-reading: kept, or deleted where rows are removed"),
            List.of("kept", "deleted"));
    return new OutboxSpec(
        texts(from, "aggregate"),
        texts(from, "deletions"),
        columns(from),
        from.optionalText("payload").map(form -> oneOf(form, List.of("json", "avro"))),
        texts(from, "identity"),
        texts(from, "order"),
        afterReading,
        from.required("fields", "declare what the payload holds: fields: { name: text, … }")
            .map(node -> fields(Section.open(node, problems)))
            .orElse(List.of()));
  }

  private Located<String> oneOf(Located<String> said, List<String> words) {
    if (!said.known() || words.contains(said.value())) {
      return said;
    }
    said.error(
        problems,
        "expected " + String.join(" or ", words) + ", found '" + said.value() + "'",
        NearMatch.suggestion(said.value(), words));
    return said.standIn(said.value());
  }

  private List<Located<String>> texts(Section section, String key) {
    return section.optional(key).map(node -> Section.texts(node, problems)).orElse(List.of());
  }

  private List<NamesSpec.Pair> columns(Section from) {
    var pairs = new ArrayList<NamesSpec.Pair>();
    from.optional("columns")
        .map(node -> Section.of(node, SpecKeys.OUTBOX_COLUMNS, problems))
        .ifPresent(
            section ->
                section
                    .entries()
                    .forEach(
                        entry ->
                            Section.scalar(entry.value(), problems)
                                .ifPresent(
                                    column ->
                                        pairs.add(new NamesSpec.Pair(entry.name(), column)))));
    return pairs;
  }

  private List<OutboxSpec.Field> fields(Section section) {
    var fields = new ArrayList<OutboxSpec.Field>();
    for (Section.Entry entry : section.entries()) {
      if (entry.value().value() instanceof Node.Sequence sequence) {
        list(entry, sequence, fields);
      } else {
        Section.scalar(entry.value(), problems)
            .ifPresent(type -> fields.add(new OutboxSpec.Field(entry.name(), type, List.of())));
      }
    }
    if (fields.isEmpty() && section.entries().isEmpty() && !section.isBroken()) {
      section.error("no field is declared", "declare what lenses read: { name: type }");
    }
    return fields;
  }

  /// `lines: [ { line: integer } ]`: a list of objects.
  private void list(Section.Entry entry, Node.Sequence sequence, List<OutboxSpec.Field> fields) {
    if (sequence.items().size() != 1 || !(sequence.items().getFirst() instanceof Node.Mapping)) {
      entry
          .value()
          .error(
              problems,
              "expected a list with the fields of its objects",
              "write " + entry.name().value() + ": [ { field: type, … } ]");
      return;
    }
    Node of = sequence.items().getFirst();
    var items = Section.open(new Located<>(of, of.place(), entry.value().path() + "[0]"), problems);
    fields.add(
        new OutboxSpec.Field(entry.name(), entry.name().standIn(Section.MISSING), fields(items)));
  }
}
