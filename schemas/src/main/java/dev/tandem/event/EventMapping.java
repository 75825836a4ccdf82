package dev.tandem.event;

import dev.tandem.lens.Widening;
import dev.tandem.plan.ColumnUse;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.Restored;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/// A mapping that is given events of an outbox table in the place of root rows, and translates the
/// rows that are made of them. Thread-safe.
public final class EventMapping implements EntityMapping {
  private final EntityMapping rows;
  private final EventRows events;

  /// As the columns are by now: what was read from a narrower one is read from a wider one too.
  private volatile List<ColumnUse> uses;

  /// @param rows of the rows that are made of events
  /// @param uses the columns of the outbox table that are read
  public EventMapping(EntityMapping rows, EventRows events, List<ColumnUse> uses) {
    this.rows = rows;
    this.events = events;
    this.uses = List.copyOf(uses);
  }

  @Override
  public Schema contract() {
    return rows.contract();
  }

  @Override
  public Schema key() {
    return rows.key();
  }

  @Override
  public String partitionKey(Source source, Row event) {
    return rows.partitionKey(source, events.named(event));
  }

  @Override
  public GenericRecord key(Row event) {
    return rows.key(events.named(event));
  }

  @Override
  public GenericRecord keyOf(GenericRecord contract) {
    return rows.keyOf(contract);
  }

  @Override
  public GenericRecord project(Row event, Map<String, List<Row>> children) {
    var read = events.read(event);
    return rows.project(read.root(), read.lists());
  }

  /// None: no column of the outbox table names an entity, so that nothing in the target can bear
  /// the legacy identity of another.
  @Override
  public Map<String, String> copies() {
    return Map.of();
  }

  @Override
  public List<ColumnUse> uses(Source source) {
    return uses;
  }

  @Override
  public synchronized void follow(Source source, RowSchema captured) {
    rows.follow(source, events.schema(captured));
    uses = uses.stream().map(use -> widened(use, captured)).toList();
  }

  private static ColumnUse widened(ColumnUse use, RowSchema captured) {
    int index = captured.indexOf(use.column());
    if (index < 0 || !Widening.isExact(use.carrier(), captured.fields().get(index).carrier())) {
      return use;
    }
    return use.as(captured.fields().get(index).carrier());
  }

  @Override
  public String place() {
    return rows.place();
  }

  @Override
  public String tenant(GenericRecord contract) {
    return rows.tenant(contract);
  }

  @Override
  public Restored restore(GenericRecord contract) {
    return rows.restore(contract);
  }
}
