package dev.tandem.evolution;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.OnSchemaChange;
import dev.tandem.plan.OnTruncate;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Stands before whoever reads a domain's outbox: lets pass what the domain's plan can read, by the
/// names that the plan uses, and stops the domain before a record that shows a change which it
/// cannot follow. Nothing of that record or behind it is read; when the spec was corrected, it goes
/// on with that record. One that [stops nothing][#forComparing] only names. Not thread-safe.
public final class SchemaGate {
  /// Most forms remembered; beyond, all are looked at again as they come.
  private static final int KEPT = 10_000;

  private final DomainPlan plan;
  private final boolean stopping;
  private final CanonicalRows rows;
  private final SchemaRule rule;

  /// By identity: rows of one form share it.
  private final Set<RowSchema> passed = Collections.newSetFromMap(new IdentityHashMap<>());

  public SchemaGate(DomainPlan plan) {
    this(plan, true);
  }

  /// For whoever compares what two plans make of the same records: what a plan cannot read, it
  /// translates to nothing.
  public static SchemaGate forComparing(DomainPlan plan) {
    return new SchemaGate(plan, false);
  }

  private SchemaGate(DomainPlan plan, boolean stopping) {
    this.plan = plan;
    this.stopping = stopping;
    this.rows = CanonicalRows.of(plan.entities().stream().flatMap(EntityPlan::sources).toList());
    this.rule = new SchemaRule(plan, rows);
  }

  /// The name that a table has now.
  public TableId table(TableId table) {
    return rows.table(table);
  }

  /// Rows of this form were read before: what is wider is followed.
  public void knew(RowSchema kept) {
    var _ = rule.findings(kept);
  }

  /// The record as the plan names tables and columns.
  ///
  /// @throws DomainStoppedException if the plan cannot read it
  public OutboxRecord pass(OutboxRecord record) {
    switch (record) {
      case Change change -> {
        requireKnown(change.table());
        checkTruncation(change);
        check(change.before());
        check(change.after());
      }
      case Swept swept -> {
        requireKnown(swept.row().schema().table());
        check(swept.row());
      }
      case Marker _ -> {}
    }
    return rows.record(record);
  }

  private void checkTruncation(Change change) {
    if (stopping && change.op() == Op.TRUNCATE && plan.onTruncate() == OnTruncate.STOP) {
      throw new DomainStoppedException(
          "domain "
              + plan.name()
              + " stopped before a TRUNCATE of "
              + change.table()
              + " in the legacy store at "
              + change.position().lsn()
              + ": its rows would be deleted from the target; fix: where that is meant, set"
              + " on-truncate: delete and start it again: it goes on with the TRUNCATE");
    }
  }

  private void requireKnown(TableId table) {
    if (stopping && !rows.knows(table)) {
      throw stopped(List.of(rule.unknown(table)));
    }
  }

  private void check(@Nullable Row row) {
    if (row == null || passed.contains(row.schema())) {
      return;
    }
    List<SchemaFinding> findings = rule.findings(row.schema());
    boolean stops =
        plan.onSchemaChange() == OnSchemaChange.STOP
            || findings.stream()
                .anyMatch(finding -> finding.severity() == SchemaFinding.Severity.STOPS);
    if (stopping && !findings.isEmpty() && stops) {
      throw stopped(findings);
    }
    if (passed.size() >= KEPT) {
      passed.clear();
    }
    passed.add(row.schema());
  }

  private DomainStoppedException stopped(List<SchemaFinding> findings) {
    return new DomainStoppedException(
        "domain "
            + plan.name()
            + " stopped before a change of its legacy schema: "
            + SchemaFinding.text(findings)
            + "; then start it again: it goes on with the record before which it stopped");
  }
}
