package dev.tandem.plan;

import dev.tandem.event.EventTable;
import dev.tandem.event.EventTable.AfterReading;
import dev.tandem.event.EventTable.Envelope;
import dev.tandem.event.EventTable.Items;
import dev.tandem.event.PayloadForm;
import dev.tandem.event.PayloadSchemas;
import dev.tandem.lens.EntityTables;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.NamesSpec;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.OutboxSpec;
import dev.tandem.spec.Problems;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Binds an entity to a legacy outbox table: the columns of the envelope are there and of types
/// that can be read, and what lenses read is a table of the aggregate's id and the payload's
/// fields, which no database has.
final class EventBinder {
  private static final Set<Carrier> ORDERED =
      Set.of(Carrier.INT, Carrier.LONG, Carrier.TIMESTAMP, Carrier.INSTANT, Carrier.UUID);

  private final EntitySpec entity;
  private final OutboxSpec spec;
  private final PayloadSchemas schemas;
  private final Located<TableId> at;
  private final Problems problems;

  /// @param schemas of payloads in Avro
  EventBinder(EntitySpec entity, OutboxSpec spec, PayloadSchemas schemas, Problems problems) {
    this.entity = entity;
    this.spec = spec;
    this.schemas = schemas;
    this.at = entity.from().root();
    this.problems = problems;
  }

  /// @param named the table as the mapping calls its columns
  Optional<SourceBinder.Bound> bind(NamesBinder.Named named) {
    Table table = named.table();
    Envelope envelope =
        new Envelope(
            column("aggregatetype"), column("aggregateid"), column("type"), column("payload"));
    boolean sound = checkText(table, envelope.aggregateType(), "aggregatetype");
    sound &= spec.deletions().isEmpty() || checkText(table, envelope.type(), "type");
    sound &= checkId(table, envelope.aggregateId());
    sound &= checkPayload(table, envelope.payload());
    sound &= checkOrder(table);
    var fields = new FieldBinder(spec, problems).bind(envelope.aggregateId());
    if (!sound || fields.isEmpty()) {
      return Optional.empty();
    }
    List<String> identity =
        spec.identity().isEmpty()
            ? List.of(envelope.aggregateId())
            : spec.identity().stream().map(Located::value).toList();
    Table root = root(table, envelope, fields.get(), identity);
    if (!checkIdentity(root) || !checkFields(envelope, fields.get())) {
      return Optional.empty();
    }
    var events =
        new EventTable(
            envelope,
            spec.isAvro() ? new PayloadForm.Avro(schemas) : PayloadForm.JSON,
            spec.aggregates().isEmpty() ? Set.of(entity.name().value()) : values(spec.aggregates()),
            values(spec.deletions()),
            identity,
            fields.get().values(),
            fields.get().lists(),
            spec.order().stream().map(Located::value).toList(),
            spec.afterReading().value().equals("kept") ? AfterReading.KEPT : AfterReading.DELETED);
    return Optional.of(bound(named, root, events));
  }

  private static Set<String> values(List<Located<String>> located) {
    return located.stream().map(Located::value).collect(Collectors.toUnmodifiableSet());
  }

  private String column(String role) {
    return spec.columns().stream()
        .filter(pair -> pair.column().value().equals(role))
        .findFirst()
        .map(pair -> pair.said().value())
        .orElse(role);
  }

  /// Where the name of a column of the envelope is written.
  private Located<?> place(String role) {
    return spec.columns().stream()
        .filter(pair -> pair.column().value().equals(role))
        .findFirst()
        .<Located<?>>map(NamesSpec.Pair::said)
        .orElse(at);
  }

  private Optional<Column> found(Table table, String name, String role) {
    Optional<Column> column = table.column(name);
    if (column.isEmpty()) {
      List<String> names = table.columns().stream().map(Column::name).toList();
      place(role)
          .error(
              problems,
              "the outbox table " + table.id() + " has no column '" + name + "'",
              "name it: columns: { " + role + ": … }; " + NearMatch.suggestion(name, names));
    }
    return column;
  }

  private boolean checkText(Table table, String name, String role) {
    Optional<Column> column = found(table, name, role);
    return column.isPresent()
        && fits(column.get(), role, carrier -> carrier == Carrier.TEXT, "a text");
  }

  private boolean checkId(Table table, String name) {
    Optional<Column> column = found(table, name, "aggregateid");
    return column.isPresent()
        && fits(
            column.get(),
            "aggregateid",
            Set.of(Carrier.TEXT, Carrier.UUID, Carrier.INT, Carrier.LONG)::contains,
            "a text, a uuid or a whole number");
  }

  private boolean checkPayload(Table table, String name) {
    Optional<Column> column = found(table, name, "payload");
    if (column.isEmpty()) {
      return false;
    }
    if (spec.payload().filter(form -> !form.known()).isPresent()) {
      return false;
    }
    if (spec.isAvro()) {
      return isPayloadInAvro(table, column.get());
    }
    if (isBytes(column.get())) {
      place("payload")
          .error(
              problems,
              "the payload column '"
                  + name
                  + "' of "
                  + table.id()
                  + " is bytea, and is said to hold JSON",
              "declare payload: avro where events are written in Avro with the ids of the schema"
                  + " registry; or write them as JSON, into a column of type jsonb, json or text");
      return false;
    }
    return fits(
        column.get(),
        "payload",
        it -> it == Carrier.JSON || it == Carrier.TEXT,
        "jsonb, json or text");
  }

  private static boolean isBytes(Column column) {
    return column.type().carrier() == Carrier.BYTES && !column.type().array();
  }

  private boolean isPayloadInAvro(Table table, Column column) {
    if (isBytes(column)) {
      return true;
    }
    spec.payload()
        .orElseThrow()
        .error(
            problems,
            "expected bytea as a payload in Avro, found column "
                + column.name()
                + " of "
                + table.id()
                + " ("
                + column.type().postgres()
                + ")",
            "declare payload: json where events are written as JSON, or name another column:"
                + " columns: { payload: … }");
    return false;
  }

  private boolean fits(
      Column column, String role, Function<Carrier, Boolean> rule, String expected) {
    Carrier carrier = column.type().carrier();
    if (carrier != null && !column.type().array() && rule.apply(carrier)) {
      return true;
    }
    place(role)
        .error(
            problems,
            "expected "
                + expected
                + " as "
                + role
                + ", found column "
                + column.name()
                + " ("
                + column.type().postgres()
                + ")",
            "name another column: columns: { " + role + ": … }");
    return false;
  }

  private boolean checkOrder(Table table) {
    if (spec.order().isEmpty()) {
      at.warning(
          problems,
          "no 'order' is declared, so of two events that a sweep meets nobody knows which is the"
              + " later: events that are in "
              + table.id()
              + " before its changes are captured are not read, and backfill and verify refuse it",
          "name the columns that grow with every event of an aggregate: order: id");
      return true;
    }
    boolean sound = true;
    for (Located<String> name : spec.order()) {
      Optional<Column> column = table.column(name.value());
      Carrier carrier = column.map(it -> it.type().carrier()).orElse(null);
      if (column.isEmpty()
          || carrier == null
          || !ORDERED.contains(carrier)
          || column.get().nullable()) {
        name.error(
            problems,
            "expected a NOT NULL column of "
                + table.id()
                + " of a whole number, a time or a uuid to order events by, found "
                + (column.isEmpty()
                    ? "none called '" + name.value() + "'"
                    : "'" + name.value() + "' (" + column.get().type().postgres() + ")"),
            "name the column that grows with every event of an aggregate, or leave 'order' out");
        sound = false;
      }
    }
    return sound;
  }

  /// The table that lenses read.
  private static Table root(
      Table table, Envelope envelope, FieldBinder.Fields fields, List<String> identity) {
    var columns = new ArrayList<Column>();
    table
        .column(envelope.aggregateId())
        .ifPresent(id -> columns.add(Column.notNull(id.name(), id.type())));
    fields.values().forEach(field -> columns.add(FieldBinder.column(field)));
    return Table.keyed(table.id(), columns, identity);
  }

  private boolean checkIdentity(Table root) {
    boolean sound = true;
    for (Located<String> name : spec.identity()) {
      Optional<Column> column = root.column(name.value());
      if (column.isEmpty() || column.get().nullable()) {
        name.error(
            problems,
            "expected a field that every event has, found "
                + (column.isEmpty() ? "none called '" : "the optional '")
                + name.value()
                + "'",
            column.isEmpty()
                ? NearMatch.suggestion(
                    name.value(), root.columns().stream().map(Column::name).toList())
                : "declare it without 'optional'");
        sound = false;
      }
    }
    return sound;
  }

  private boolean checkFields(Envelope envelope, FieldBinder.Fields fields) {
    boolean payload =
        spec.identity().stream().anyMatch(it -> !it.value().equals(envelope.aggregateId()));
    if (payload && !spec.deletions().isEmpty()) {
      spec.identity()
          .getFirst()
          .warning(
              problems,
              "a deletion has to hold "
                  + String.join(", ", spec.identity().stream().map(Located::value).toList())
                  + " in its payload too, or it is a dead letter",
              "leave 'identity' out where " + envelope.aggregateId() + " names the aggregate");
    }
    for (Items list : fields.lists()) {
      for (Located<String> name : spec.identity()) {
        if (list.fields().stream().anyMatch(it -> it.column().equals(name.value()))) {
          name.error(
              problems,
              "the list '" + list.name() + "' has a field '" + name.value() + "' too",
              "leave it out of the list");
          return false;
        }
      }
    }
    return true;
  }

  private SourceBinder.Bound bound(NamesBinder.Named named, Table root, EventTable events) {
    Table table = named.table();
    List<String> identity = events.identity();
    SourceNames names = named.names();
    var called = new SourceNames(names.formerly(), Map.of(), Map.of());
    var seen = new Source(Source.ROOT, root.id(), identity, identity, called);
    var children = new LinkedHashMap<Source, Table>();
    for (Items list : events.lists()) {
      var columns = new ArrayList<Column>();
      identity.forEach(name -> root.column(name).ifPresent(columns::add));
      list.fields().forEach(field -> columns.add(FieldBinder.column(field)));
      children.put(
          new Source(list.name(), root.id(), identity, identity, called),
          Table.keyed(root.id(), columns, identity));
    }
    List<String> key = names.keyedBy().isEmpty() ? table.primaryKey() : names.keyedBy();
    var own = new Source(Source.ROOT, table.id(), identity, key, names).of(events);
    return new SourceBinder.Bound(
        new EntityTables(seen, root, children), own, uses(table, events), true, true);
  }

  private List<ColumnUse> uses(Table table, EventTable events) {
    var uses = new ArrayList<ColumnUse>();
    for (String name : events.columns()) {
      Column column = table.column(name).orElseThrow();
      uses.add(
          new ColumnUse(
              name,
              entity.name().value(),
              at.place(),
              Objects.requireNonNull(column.type().carrier()),
              false,
              !name.equals(events.envelope().payload()) || !events.isNamedByEnvelope()));
    }
    return uses;
  }
}
