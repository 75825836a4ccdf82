package dev.tandem.apply;

import dev.tandem.apply.EntityTables.ChildTable;
import dev.tandem.plan.DomainPlan;
import dev.tandem.table.TableId;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Writes collapsed changes in the transaction at hand, one statement per table and step: rows that
/// go, from referencing to referenced tables, then rows that stay, the other way round.
///
/// Immutable; the session is given with each call.
final class BatchWriter {
  /// Which step comes first.
  enum Order {
    DELETES_FIRST,
    UPSERTS_FIRST
  }

  private final Map<Integer, EntityTables> byOrdinal = new HashMap<>();
  private final List<TableId> referencedFirst;

  BatchWriter(DomainPlan domain) {
    domain.entities().forEach(e -> byOrdinal.put(e.ordinal(), EntityTables.of(e)));
    referencedFirst =
        TableOrder.referencedFirst(
            byOrdinal.values().stream().flatMap(EntityTables::tables).toList());
  }

  EntityTables tables(Change change) {
    EntityTables tables = byOrdinal.get(change.entity().ordinal());
    if (tables == null) {
      throw new IllegalStateException("no tables of entity " + change.entity().name());
    }
    return tables;
  }

  /// Which way rows that stay are written.
  private enum Way {
    UPSERT,
    /// None of them is there yet.
    COPY
  }

  /// Whether [#load] can write every entity of the domain.
  boolean isLoadable() {
    return byOrdinal.values().stream()
        .allMatch(
            tables ->
                new CopyIn(tables.root()).isPossible()
                    && tables.children().stream()
                        .allMatch(child -> new CopyIn(child.sql()).isPossible()));
  }

  /// Writes changes of which no row that stays is there yet, of nobody's hand; the server refuses
  /// it where one is.
  ///
  /// @return as [#write]
  Map<String, Integer> load(TargetSession session, Collection<Change> changes) throws SQLException {
    var steps = steps(changes, Way.COPY);
    steps.runDeletes(session);
    steps.runUpserts(session);
    return steps.missing;
  }

  private Steps steps(Collection<Change> changes, Way way) {
    var steps = new Steps();
    // By identity: one instance for each entity, whose content is long to hash.
    var groups = new IdentityHashMap<EntityTables, List<Change>>();
    changes.forEach(c -> groups.computeIfAbsent(tables(c), _ -> new ArrayList<>()).add(c));
    groups.forEach((tables, group) -> plan(steps, tables, group, way));
    return steps;
  }

  /// @return how many expected deletions met no row, by entity; entities without are missing
  Map<String, Integer> write(TargetSession session, Collection<Change> changes, Order order)
      throws SQLException {
    var steps = steps(changes, Way.UPSERT);
    if (order == Order.DELETES_FIRST) {
      steps.runDeletes(session);
      steps.runUpserts(session);
    } else {
      steps.runUpserts(session);
      steps.runDeletes(session);
    }
    return steps.missing;
  }

  private static void plan(Steps steps, EntityTables tables, List<Change> changes, Way way) {
    var gone = changes.stream().filter(c -> c.value() == null).toList();
    var kept = changes.stream().filter(c -> c.value() != null).toList();
    String entity = tables.plan().name();
    if (!gone.isEmpty()) {
      long expected = gone.stream().filter(c -> !c.isNew()).count();
      var keys = keys(tables.rootKey(), gone);
      steps.delete(
          tables.root().table(),
          session -> {
            int met = update(session, tables.root().delete(tables.rootKey()), keys);
            if (met < expected) {
              steps.missing.put(entity, (int) expected - met);
            }
          });
    }
    if (!kept.isEmpty()) {
      var rows = new RowArrays(tables.root().columns());
      kept.forEach(c -> rows.add(row(tables.root().columns(), ContractValue.of(c))));
      steps.upsert(
          tables.root().table(),
          way == Way.COPY
              ? session -> new CopyIn(tables.root()).write(session, rows)
              : session -> update(session, tables.root().upsert(), rows));
    }
    tables.children().forEach(child -> planChild(steps, child, gone, kept, way));
  }

  private static void planChild(
      Steps steps, ChildTable child, List<Change> gone, List<Change> kept, Way way) {
    TableId table = child.sql().table();
    if (!gone.isEmpty()) {
      var keys = keys(child.parent(), gone);
      steps.delete(table, session -> update(session, child.sql().delete(child.parent()), keys));
    }
    if (kept.isEmpty()) {
      return;
    }
    if (way == Way.COPY) {
      RowArrays rows = ChildRows.of(child, kept);
      if (!rows.isEmpty()) {
        steps.upsert(table, session -> new CopyIn(child.sql()).write(session, rows));
      }
      return;
    }
    if (!child.isKeyed()) {
      steps.upsert(table, session -> new KeylessRows(child, kept).write(session));
      return;
    }
    RowArrays rows = ChildRows.of(child, kept);
    RowArrays keys = ChildRows.keys(child, rows);
    RowArrays parents = keys(child.parent(), kept);
    String others = child.sql().deleteOthers(child.parent());
    steps.delete(table, session -> update(session, others, parents, keys));
    if (!rows.isEmpty()) {
      steps.upsert(table, session -> update(session, child.sql().upsert(), rows));
    }
  }

  static RowArrays keys(List<ColumnBinding> columns, List<Change> changes) {
    var keys = new RowArrays(columns);
    changes.forEach(c -> keys.add(row(columns, c.key())));
    return keys;
  }

  private static @org.jspecify.annotations.Nullable Object[] row(
      List<ColumnBinding> columns, org.apache.avro.generic.IndexedRecord record) {
    var row = new Object[columns.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = columns.get(i).read(record);
    }
    return row;
  }

  static int update(TargetSession session, String sql, RowArrays... arrays) throws SQLException {
    PreparedStatement statement = session.prepare(sql);
    int next = 1;
    for (RowArrays each : arrays) {
      next = each.bind(statement, next);
    }
    return statement.executeUpdate();
  }

  /// Statements by table, run in the tables' order.
  private final class Steps {
    private interface Step {
      void run(TargetSession session) throws SQLException;
    }

    private final Map<TableId, List<Step>> deletes = new HashMap<>();
    private final Map<TableId, List<Step>> upserts = new HashMap<>();
    private final Map<String, Integer> missing = new HashMap<>();

    void delete(TableId table, Step step) {
      deletes.computeIfAbsent(table, _ -> new ArrayList<>()).add(step);
    }

    void upsert(TableId table, Step step) {
      upserts.computeIfAbsent(table, _ -> new ArrayList<>()).add(step);
    }

    void runDeletes(TargetSession session) throws SQLException {
      for (TableId table : referencedFirst.reversed()) {
        for (Step step : deletes.getOrDefault(table, List.of())) {
          step.run(session);
        }
      }
    }

    void runUpserts(TargetSession session) throws SQLException {
      for (TableId table : referencedFirst) {
        for (Step step : upserts.getOrDefault(table, List.of())) {
          step.run(session);
        }
      }
    }
  }
}
