package dev.tandem.setup;

import dev.tandem.capture.Side;
import dev.tandem.setup.Finding.Area;
import dev.tandem.setup.StoreSetup.History;
import dev.tandem.spec.RetainedLog;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The doctor's look at a store as one that is captured. Changes nothing.
final class StoreExamination {
  private static final String KEYLESS =
      """
      SELECT n.nspname, c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY(?::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
       ORDER BY 1, 2\
      """;

  private final Connection connection;
  private final CapturedStore store;
  private final RetainedLog retained;
  private final String name;
  private final List<Finding> findings = new ArrayList<>();

  /// @param retained what is declared of the log that its slot retains
  StoreExamination(Connection connection, CapturedStore store, RetainedLog retained) {
    this.connection = connection;
    this.store = store;
    this.retained = retained;
    this.name = store.name();
  }

  List<Finding> findings(History history) throws SQLException {
    ServerFacts server = ServerFacts.read(connection);
    List<SourceTable> sources = SourceTable.read(connection, store.published());
    server(server);
    sources.forEach(table -> findings.addAll(judge(table, Sql.quote(server.role()))));
    for (Step step : new StoreSetup(connection, store).steps(history)) {
      boolean told =
          step.name().startsWith("table ")
              || step.name().startsWith("replication slot ") && ServerRule.room(server).isPresent();
      if (!told || step.is(Step.State.EXISTS)) {
        findings.add(Finding.of(store.area(), step));
      }
      if (step.name().startsWith("publication ") && step.is(Step.State.TO_DO)) {
        publishing(server, sources, step);
      }
    }
    Slot.read(connection, name)
        .ifPresent(
            slot -> {
              var budget = SlotBudget.of(retained, server.keepBytes());
              findings.add(SlotRule.judge(slot, budget, store.area()));
              SlotRule.failover(slot, server.major(), store.area()).ifPresent(findings::add);
            });
    if (store.side() == Side.LEGACY) {
      keyless();
    }
    return findings;
  }

  /// What the role may do in the target is looked at where the target is written.
  private List<Finding> judge(SourceTable table, String role) {
    return switch (store.side()) {
      case LEGACY -> SourceRule.judge(table, role);
      case TARGET -> table.unfit().map(unfit -> unfit(table, unfit)).stream().toList();
    };
  }

  private static Finding unfit(SourceTable table, SourceTable.Unfit unfit) {
    return Finding.failure(Area.TARGET, "table " + table.id(), unfit.cause(), unfit.fix());
  }

  private void server(ServerFacts server) throws SQLException {
    verdict(
        "PostgreSQL version",
        ServerRule.minor(server),
        Finding.Level.WARNING,
        server.major() + "." + server.version() % 10_000);
    verdict(
        "wal_level",
        ServerRule.room(server).filter(_ -> !server.walLevel().equals("logical")),
        Finding.Level.FAILURE,
        server.walLevel());
    Optional<Slot> slot = Slot.read(connection, name);
    verdict(
        "replication slots",
        ServerRule.room(server).filter(_ -> slot.isEmpty() && server.walLevel().equals("logical")),
        Finding.Level.FAILURE,
        server.slots() + " of " + server.maxSlots() + " in use");
    boolean streams = slot.isPresent() && slot.get().pid() != 0;
    verdict(
        "sessions that stream",
        streams ? Optional.empty() : ServerRule.sender(server),
        Finding.Level.FAILURE,
        server.senders() + " of " + server.maxSenders() + " in use");
    String role = Sql.quote(server.role());
    findings.add(
        server.replication()
            ? Finding.ok(store.area(), "role " + server.role(), "may replicate")
            : Finding.failure(
                store.area(),
                "role " + server.role(),
                "the attribute REPLICATION is missing",
                "ALTER ROLE " + role + " REPLICATION;"));
  }

  private void verdict(
      String subject, Optional<ServerRule.Refusal> refusal, Finding.Level level, String found) {
    findings.add(
        refusal
            .map(bad -> new Finding(store.area(), level, subject, bad.cause(), bad.fix()))
            .orElseGet(() -> Finding.ok(store.area(), subject, found)));
  }

  /// What a publication that has yet to be made asks of the role.
  private void publishing(ServerFacts server, List<SourceTable> sources, Step step) {
    String role = Sql.quote(server.role());
    if (!server.create()) {
      findings.add(
          Finding.failure(
              store.area(),
              step.name(),
              "the privilege CREATE on database " + server.database() + " is missing",
              "GRANT CREATE ON DATABASE " + Sql.quote(server.database()) + " TO " + role + ";"));
    }
    List<SourceTable> others = sources.stream().filter(table -> !table.owned()).toList();
    if (!others.isEmpty()) {
      String owners =
          others.stream().map(SourceTable::owner).distinct().collect(Collectors.joining(", "));
      findings.add(
          Finding.failure(
              store.area(),
              step.name(),
              "only the owner of a table can publish it: "
                  + others.stream().map(t -> t.id().toString()).collect(Collectors.joining(", "))
                  + " belong to "
                  + owners,
              "as a superuser: " + String.join("; ", step.statements()) + ";"));
    }
  }

  private void keyless() throws SQLException {
    try (var query = connection.prepareStatement(KEYLESS)) {
      Object[] schemas = store.tables().stream().map(TableId::schema).distinct().toArray();
      query.setArray(1, connection.createArrayOf("text", schemas));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          var table = new TableId(rows.getString(1), rows.getString(2));
          if (!store.tables().contains(table)) {
            findings.add(keyless(table));
          }
        }
      }
    }
  }

  private Finding keyless(TableId table) {
    return Finding.warning(
        store.area(),
        "table " + table,
        "no primary key, and not in the spec: its rows have no name to be migrated under. It is not"
            + " published, so its own application is not disturbed, and its changes are not"
            + " captured",
        "nothing, if it is not to be migrated; else give it a key: ALTER TABLE "
            + table.sql()
            + " ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;");
  }
}
