package dev.tandem.capture;

import dev.tandem.event.EventTable.AfterReading;
import dev.tandem.evolution.CanonicalRows;
import dev.tandem.evolution.SchemaFinding;
import dev.tandem.evolution.SchemaRule;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A legacy table as the root or a child list of an entity: its rows are placed by the lens of the
/// `partition-by` field.
record LegacyPart(int domain, Reading reading, EntityPlan plan, Source source) implements Part {

  /// How a domain reads its tables.
  record Reading(int partitions, String partitionBy, CanonicalRows rows, SchemaRule rule) {
    static Reading of(DomainPlan plan) {
      var rows = CanonicalRows.of(plan.entities().stream().flatMap(EntityPlan::sources).toList());
      return new Reading(plan.partitions(), plan.partitionBy(), rows, new SchemaRule(plan, rows));
    }
  }

  static List<Part> of(MigrationPlan plan) {
    var parts = new ArrayList<Part>();
    for (int domain = 0; domain < plan.domains().size(); domain++) {
      DomainPlan one = plan.domains().get(domain);
      var reading = Reading.of(one);
      for (EntityPlan entity : one.entities()) {
        for (Source source : entity.sources().toList()) {
          parts.add(new LegacyPart(domain, reading, entity, source));
        }
      }
    }
    return parts;
  }

  @Override
  public TableId table() {
    return source.table();
  }

  @Override
  public String entity() {
    return plan.name();
  }

  @Override
  public List<String> key() {
    return source.key();
  }

  @Override
  public Loading loading() {
    return source.isSwept() ? Loading.SWEPT : Loading.STREAMED_ONLY;
  }

  /// An event is what was inserted. A row that is changed afterwards is marked as sent, or the
  /// like; one that is deleted is so in the usual course of things, unless the spec says that rows
  /// are kept.
  @Override
  public Regard regard(Op op) {
    if (op == Op.INSERT || source.events().isEmpty()) {
      return Regard.READ;
    }
    boolean kept = source.events().get().afterReading() == AfterReading.KEPT;
    return kept && (op == Op.DELETE || op == Op.TRUNCATE) ? Regard.REFUSED : Regard.PASSED;
  }

  @Override
  public boolean isOfEvents() {
    return source.events().isPresent();
  }

  @Override
  public void meet(RowSchema rows) {
    plan.mapping().follow(source, reading.rows.schema(rows));
  }

  @Override
  public boolean stopsAt(RowSchema rows) {
    // Events that went to every partition are told apart there; rows are not.
    List<SchemaFinding> findings =
        isOfEvents() ? reading.rule.judge(rows) : reading.rule.findings(rows);
    return findings.stream()
        .anyMatch(finding -> finding.severity() == SchemaFinding.Severity.STOPS);
  }

  @Override
  public List<TableId> formerly() {
    return source.names().formerly();
  }

  @Override
  public int partition(Row row) {
    Row read = Objects.requireNonNull(reading.rows.row(row));
    if (source.events().isPresent() && !source.events().get().concerns(read)) {
      return NOWHERE;
    }
    return Partitioning.partition(plan.mapping().partitionKey(source, read), reading.partitions);
  }

  @Override
  public @Nullable Object keyOfMovable(Row row) {
    boolean isMovable =
        source.isRoot()
            && source.events().isEmpty()
            && plan.mapping().key().getField(reading.partitionBy) == null;
    return isMovable ? plan.mapping().key(Objects.requireNonNull(reading.rows.row(row))) : null;
  }

  /// An old and a new root row of one key are one entity, and two partitions must never write one
  /// row (C8).
  @Override
  public @Nullable String refusesMove(@Nullable Row from, @Nullable Row to) {
    Row before = reading.rows.row(from);
    Row after = reading.rows.row(to);
    if (source.isRoot()
        && before != null
        && after != null
        && plan.mapping().key(before).equals(plan.mapping().key(after))) {
      return "partition-by: its value has changed while the key has not, and two partitions must"
          + " never write one row; nothing of the row is translated until it changes back; fix:"
          + " change it back, or run tandem backfill SPEC --domain D start";
    }
    return null;
  }
}
