package dev.tandem.jobs;

import dev.tandem.capture.JobFilter;
import dev.tandem.capture.Side;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobTables;
import dev.tandem.plan.DomainPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.run.Migration;
import dev.tandem.sweep.RowFilter;
import dev.tandem.sweep.TableEstimate;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Asks both stores what a job would read. The database checks the scope's condition on the way.
public final class JobPlanner {
  private final Migration migration;

  public JobPlanner(Migration migration) {
    this.migration = migration;
  }

  /// @throws IllegalArgumentException saying what of the order cannot be done
  /// @throws SQLException if a store does not answer
  public JobPlan plan(JobOrder order) throws SQLException {
    DomainPlan domain = JobTables.domain(migration.plan(), order).orElseThrow();
    var tables = new ArrayList<JobPlan.Table>();
    tables.addAll(tables(Side.LEGACY, order, JobTables.legacy(migration.plan(), order)));
    tables.addAll(tables(Side.TARGET, order, JobTables.target(migration.plan(), order)));
    return new JobPlan(order, tables, rows(domain));
  }

  private List<JobPlan.Table> tables(Side side, JobOrder order, Set<TableId> tables)
      throws SQLException {
    DomainPlan domain = JobTables.domain(migration.plan(), order).orElseThrow();
    var filter = new JobFilter(side, domain, order.scope());
    var planned = new ArrayList<JobPlan.Table>();
    if (tables.isEmpty()) {
      return planned;
    }
    try (Connection connection = store(side).connect()) {
      connection.setReadOnly(true);
      for (TableId id : tables) {
        var catalog = PostgresCatalog.read(connection, List.copyOf(filter.needed(id)));
        var table =
            catalog
                .table(id)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "expected table " + id + " in the " + side + " store, found none"));
        RowFilter rows = filter.of(id, catalog);
        planned.add(
            new JobPlan.Table(side, id, estimate(connection, table, rows), rows.isComplete()));
      }
    }
    return planned;
  }

  private static TableEstimate estimate(
      Connection connection, dev.tandem.table.Table table, RowFilter rows) throws SQLException {
    try {
      return TableEstimate.of(connection, table, rows);
    } catch (SQLException refused) {
      String state = String.valueOf(refused.getSQLState());
      if (!rows.isComplete() && (state.startsWith("42") || state.startsWith("22"))) {
        throw new IllegalArgumentException(
            "the scope cannot be read from " + table.id() + ": " + refused.getMessage(), refused);
      }
      throw refused;
    }
  }

  private long rows(DomainPlan domain) throws SQLException {
    long rows = 0;
    try (Connection connection = store(Side.LEGACY).connect()) {
      for (TableId id : domain.tables()) {
        var table = PostgresCatalog.read(connection, List.of(id)).table(id);
        if (table.isPresent()) {
          rows += TableEstimate.of(connection, table.get(), RowFilter.ALL).rows();
        }
      }
    }
    return rows;
  }

  private PostgresAccess store(Side side) {
    return switch (side) {
      case LEGACY -> migration.stores().swept();
      case TARGET -> migration.stores().target();
    };
  }
}
