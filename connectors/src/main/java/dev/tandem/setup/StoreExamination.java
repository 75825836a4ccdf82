package dev.tandem.setup;

import dev.tandem.setup.Finding.Area;
import dev.tandem.setup.LegacySetup.History;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The doctor's look at the legacy store. Changes nothing.
final class LegacyExamination {
  private static final String KEYLESS =
      """
      SELECT n.nspname, c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ANY(?::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
       ORDER BY 1, 2""";

  private final Connection connection;
  private final Set<TableId> tables;
  private final String name;
  private final List<Finding> findings = new ArrayList<>();

  /// @param name of slot and publication
  LegacyExamination(Connection connection, Set<TableId> tables, String name) {
    this.connection = connection;
    this.tables = tables;
    this.name = name;
  }

  List<Finding> findings(History history) throws SQLException {
    ServerFacts server = ServerFacts.read(connection);
    List<SourceTable> sources = SourceTable.read(connection, tables);
    server(server);
    sources.forEach(table -> findings.addAll(SourceRule.judge(table, Sql.quote(server.role()))));
    for (Step step : new LegacySetup(connection, tables, name).steps(history)) {
      boolean told =
          step.name().startsWith("table ")
              || step.name().startsWith("replication slot ") && ServerRule.room(server).isPresent();
      if (!told || step.is(Step.State.EXISTS)) {
        findings.add(Finding.of(Area.LEGACY, step));
      }
      if (step.name().startsWith("publication ") && step.is(Step.State.TO_DO)) {
        publishing(server, sources, step);
      }
    }
    Slot.read(connection, name)
        .ifPresent(slot -> findings.add(SlotRule.judge(slot, server.keepBytes())));
    keyless();
    return findings;
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
            ? Finding.ok(Area.LEGACY, "role " + server.role(), "may replicate")
            : Finding.failure(
                Area.LEGACY,
                "role " + server.role(),
                "the attribute REPLICATION is missing",
                "ALTER ROLE " + role + " REPLICATION;"));
  }

  private void verdict(
      String subject, Optional<ServerRule.Refusal> refusal, Finding.Level level, String found) {
    findings.add(
        refusal
            .map(bad -> new Finding(Area.LEGACY, level, subject, bad.cause(), bad.fix()))
            .orElseGet(() -> Finding.ok(Area.LEGACY, subject, found)));
  }

  /// What a publication that has yet to be made asks of the role.
  private void publishing(ServerFacts server, List<SourceTable> sources, Step step) {
    String role = Sql.quote(server.role());
    if (!server.create()) {
      findings.add(
          Finding.failure(
              Area.LEGACY,
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
              Area.LEGACY,
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
      Object[] schemas = tables.stream().map(TableId::schema).distinct().toArray();
      query.setArray(1, connection.createArrayOf("text", schemas));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          var table = new TableId(rows.getString(1), rows.getString(2));
          if (!tables.contains(table)) {
            findings.add(keyless(table));
          }
        }
      }
    }
  }

  private static Finding keyless(TableId table) {
    return Finding.warning(
        Area.LEGACY,
        "table " + table,
        "no primary key, and not in the spec: its rows have no name to be migrated under. It is not"
            + " published, so its own application is not disturbed, and its changes are not captured",
        "nothing, if it is not to be migrated; else give it a key: ALTER TABLE "
            + table.sql()
            + " ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;");
  }
}
