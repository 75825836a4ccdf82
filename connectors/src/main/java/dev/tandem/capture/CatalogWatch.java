package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.SchemaRule;
import dev.tandem.plan.DomainPlan;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices what changes of the legacy tables that no row shows: with each heartbeat it looks at the
/// catalog beside the log. What it notices stops nothing: a value that a field cannot take is a
/// dead letter when it comes. Each change is told once, in the Kafka transaction that notes it.
/// Used by one thread.
final class CatalogWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogWatch.class);
  private final CaptureSettings settings;
  private final Ground ground;
  private final TableDetails details = new TableDetails();

  /// By table of the plan.
  private final Map<TableId, TableDetail> known = new HashMap<>();

  /// What of the session it stands on.
  record Ground(Routing routing, TableNames names, OutboxRecords records, OutboxLog log) {}

  CatalogWatch(CaptureSettings settings, CaptureState state, Ground ground) {
    this.settings = settings;
    this.ground = ground;
    for (TableId table : ground.routing.tables()) {
      TableDetail detail = state.detail(table);
      if (detail != null) {
        known.put(table, detail);
      }
    }
  }

  /// Looks at all tables.
  ///
  /// @throws SQLException if the store does not answer
  void look(Connection connection) throws SQLException {
    var planned = new HashMap<TableId, TableId>();
    ground.routing.tables().forEach(table -> planned.put(ground.names.now(table), table));
    var notes = new ArrayList<Note>();
    var events = new ArrayList<SchemaChanged>();
    details
        .news(connection, planned.keySet())
        .forEach(
            (name, detail) -> {
              TableId table = planned.getOrDefault(name, name);
              TableDetail before = known.get(table);
              if (!detail.equals(before)) {
                known.put(table, detail);
                notes.add(new Note.Detail(table, detail));
                if (before != null) {
                  events.addAll(events(table, TableDetail.between(before, detail)));
                }
              }
            });
    if (!notes.isEmpty()) {
      List<OutboxEntry> notices = events.stream().map(ground.records::notice).toList();
      ground.log.write(notices, notes);
      events.forEach(this::tell);
    }
  }

  private List<SchemaChanged> events(TableId table, List<TableDetail.Difference> differences) {
    return differences.isEmpty()
        ? List.of()
        : ground.routing.domains(table).stream()
            .map(domain -> event(domain, table, differences))
            .toList();
  }

  private SchemaChanged event(
      DomainPlan domain, TableId table, List<TableDetail.Difference> differences) {
    var rule = new SchemaRule(domain);
    return new SchemaChanged(
        domain.name(),
        table,
        differences.stream().map(TableDetail.Difference::text).toList(),
        differences.stream()
            .map(TableDetail.Difference::column)
            .filter(column -> !column.isEmpty() && rule.reads(table, column))
            .distinct()
            .toList(),
        "",
        SchemaChanged.OF_CATALOG,
        ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant()));
  }

  private void tell(SchemaChanged event) {
    LOG.info("{}: {} of {}: {}", settings.names(), event.table(), event.domain(), event.changes());
    settings.listener().changed(event);
  }
}
