package dev.tandem.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.event.EventTable.Field;
import dev.tandem.event.EventTable.Items;
import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes the rows that lenses read of events: a root row of the aggregate's id and the payload's
/// fields, and the rows of the payload's lists. Thread-safe.
public final class EventRows {
  private final EventTable events;
  private final Set<String> identity;

  /// By how the events came.
  private final Map<RowSchema, RowSchema> roots = new ConcurrentHashMap<>();

  private final Map<RowSchema, Map<String, RowSchema>> items = new ConcurrentHashMap<>();

  /// What lenses read of one event.
  public record Read(Row root, Map<String, List<Row>> lists) {}

  public EventRows(EventTable events) {
    this.events = events;
    this.identity = new HashSet<>(events.identity());
  }

  public EventTable table() {
    return events;
  }

  /// The columns of the root rows that are made of events which come so.
  public RowSchema schema(RowSchema captured) {
    return roots.computeIfAbsent(captured, this::root);
  }

  private RowSchema root(RowSchema captured) {
    var fields = new ArrayList<RowSchema.Field>();
    int id = captured.indexOf(events.envelope().aggregateId());
    if (id >= 0) {
      fields.add(captured.fields().get(id));
    }
    events.fields().forEach(field -> fields.add(column(field)));
    return new RowSchema(captured.table(), fields);
  }

  private static RowSchema.Field column(Field field) {
    return new RowSchema.Field(
        field.column(), Objects.requireNonNull(field.type().carrier()), field.type().array());
  }

  /// The columns that name the aggregate of an event; the others are unknown. Says it of every
  /// event that has them, whatever else its payload is.
  ///
  /// @throws MappingException if it does not say them
  /// @throws dev.tandem.wire.RegistryException if its schema cannot be asked for now
  public Row named(Row event) {
    ObjectNode payload = events.isNamedByEnvelope() ? null : payload(event);
    return row(event, payload, identity);
  }

  /// All that lenses read.
  ///
  /// @throws MappingException if the payload is not what is declared
  /// @throws dev.tandem.wire.RegistryException if its schema cannot be asked for now
  public Read read(Row event) {
    ObjectNode payload = payload(event);
    Row root = row(event, payload, null);
    if (events.lists().isEmpty()) {
      return new Read(root, Map.of());
    }
    var lists = new HashMap<String, List<Row>>();
    for (Items list : events.lists()) {
      lists.put(list.name(), rows(root, payload, list));
    }
    return new Read(root, lists);
  }

  private ObjectNode payload(Row event) {
    String column = events.envelope().payload();
    return events.form().object(EventTable.value(event, column), column);
  }

  /// @param wanted the columns that are made; all if null
  private Row row(Row event, @Nullable ObjectNode payload, @Nullable Set<String> wanted) {
    RowSchema schema = schema(event.schema());
    var values = new @Nullable Object[schema.size()];
    int at = 0;
    if (schema.size() > events.fields().size()) {
      values[at++] = EventTable.value(event, events.envelope().aggregateId());
    }
    for (Field field : events.fields()) {
      boolean unwanted = wanted != null && !wanted.contains(field.column());
      values[at++] =
          payload == null || unwanted
              ? Row.UNKNOWN
              : PayloadReader.value(payload, field, events.envelope().payload());
    }
    return new Row(schema, values);
  }

  private List<Row> rows(Row root, ObjectNode payload, Items list) {
    RowSchema schema =
        Objects.requireNonNull(
            items.computeIfAbsent(root.schema(), this::itemSchemas).get(list.name()));
    String path = events.envelope().payload() + "." + list.name();
    var rows = new ArrayList<Row>();
    for (ObjectNode item : PayloadReader.objects(payload, list.path(), path)) {
      var values = new @Nullable Object[schema.size()];
      int at = 0;
      for (String column : events.identity()) {
        values[at++] = root.value(column);
      }
      for (Field field : list.fields()) {
        values[at++] = PayloadReader.value(item, field, path);
      }
      rows.add(new Row(schema, values));
    }
    return rows;
  }

  private Map<String, RowSchema> itemSchemas(RowSchema root) {
    var schemas = new HashMap<String, RowSchema>();
    for (Items list : events.lists()) {
      var fields = new ArrayList<RowSchema.Field>();
      for (String column : events.identity()) {
        fields.add(root.fields().get(root.indexOf(column)));
      }
      list.fields().forEach(field -> fields.add(column(field)));
      schemas.put(list.name(), new RowSchema(root.table(), fields));
    }
    return schemas;
  }
}
