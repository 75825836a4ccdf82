package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.evolution.SchemaChange;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.SchemaFinding;
import dev.tandem.evolution.SchemaRule;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Notices when rows of a legacy table come in another form than before. What it notices is noted
/// in the Kafka transaction of the first change in that form, so that each change of a schema is
/// told once, whatever is read again. Used by one thread.
final class SchemaWatch {
  private final Routing routing;
  private final Map<TableId, Note.Form> forms = new HashMap<>();

  /// By table, the form looked at last, by identity: changes of one form share it.
  private final Map<TableId, RowSchema> last = new HashMap<>();

  SchemaWatch(Routing routing, CaptureState state) {
    this.routing = routing;
    for (TableId table : routing.tables()) {
      Note.Form form = state.form(table);
      if (form != null) {
        forms.put(table, form);
      }
    }
  }

  /// The forms of tables of which nothing was captured yet, as the catalog has them, so that what
  /// changes before the first change of a row is noticed too.
  static List<Note> first(PostgresAccess store, Routing routing, CaptureState state)
      throws SQLException {
    List<TableId> unknown =
        routing.tables().stream().filter(table -> state.form(table) == null).toList();
    var notes = new ArrayList<Note>();
    try (Connection connection = store.connect()) {
      var catalog = PostgresCatalog.read(connection, unknown);
      for (TableId table : unknown) {
        catalog
            .table(table)
            .ifPresent(found -> notes.add(new Note.Form(table, RowSchema.of(found), null)));
      }
    }
    return notes;
  }

  /// What a change tells of its table.
  ///
  /// @param note null if nothing is new
  /// @param events one for each domain that reads the table
  record News(Note.@Nullable Form note, List<SchemaChanged> events) {
    static final News NONE = new News(null, List.of());
  }

  @SuppressWarnings("ReferenceEquality") // a quick look; equal forms meet below
  News saw(CapturedChange change, ChangePosition at) {
    RowSchema rows = change.schema();
    TableId table = routing.planned(rows.table());
    if (last.get(table) == rows || !routing.knows(table)) {
      return News.NONE;
    }
    last.put(table, rows);
    Note.Form before = forms.get(table);
    if (before != null && (before.rows().equals(rows) || isBefore(at, before))) {
      return News.NONE;
    }
    var form = new Note.Form(table, rows, at);
    forms.put(table, form);
    if (before == null) {
      return new News(form, List.of());
    }
    List<SchemaChange> changes = SchemaChange.between(before.rows(), rows);
    return new News(
        form,
        changes.isEmpty()
            ? List.of()
            : routing.domains(table).stream()
                .map(domain -> event(domain, table, changes, change))
                .toList());
  }

  /// Whether a change is read again that was written before the form came.
  private static boolean isBefore(ChangePosition at, Note.Form form) {
    ChangePosition from = form.from();
    return from != null && at.isContainedIn(from);
  }

  private static SchemaChanged event(
      DomainPlan domain, TableId table, List<SchemaChange> changes, CapturedChange change) {
    var rule = new SchemaRule(domain);
    return new SchemaChanged(
        domain.name(),
        table,
        changes.stream().map(SchemaChange::toString).toList(),
        read(rule, table, changes),
        SchemaFinding.text(rule.judge(change.schema())),
        change.lsn().toString(),
        change.committedAt());
  }

  private static List<String> read(SchemaRule rule, TableId table, List<SchemaChange> changes) {
    var read = new ArrayList<String>();
    for (SchemaChange change : changes) {
      String column =
          switch (change) {
            case SchemaChange.ColumnAdded(var added) -> added.name();
            case SchemaChange.ColumnDropped(var dropped) -> dropped.name();
            case SchemaChange.ColumnRetyped(var from, _, _) -> from.name();
            case SchemaChange.KeyChanged _, SchemaChange.TableRenamed _ -> "";
          };
      if (!column.isEmpty() && rule.reads(table, column)) {
        read.add(column);
      }
    }
    return read;
  }
}
