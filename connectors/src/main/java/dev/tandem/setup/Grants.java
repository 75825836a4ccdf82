package dev.tandem.setup;

import dev.tandem.capture.Side;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The least that a role of its own needs in a store, as SQL for a DBA: of the legacy store to
/// replicate and to read, and no more; of the target to read and write the tables of the spec, and
/// to make the schema `tandem` and those of generations. Only an owner of the tables can publish
/// them, so a legacy publication that there is not yet is among the statements.
public final class Grants {
  private static final String WRITING = "SELECT, INSERT, UPDATE, DELETE";
  private final Connection connection;
  private final String role;
  private final List<String> statements = new ArrayList<>();

  private Grants(Connection connection, String role) {
    this.connection = connection;
    this.role = Sql.quote(role);
  }

  /// The statements, in their order, for a superuser connected to the store's database.
  ///
  /// @param role need not be there yet, and need not be the one that the spec names
  /// @throws SQLException if the store is away, or cannot be read
  public static List<String> of(Site site, Side side, String role) throws SQLException {
    try (var connection = site.store(side).connect()) {
      var grants = new Grants(connection, role);
      ServerFacts server = ServerFacts.read(connection);
      grants.role(server, role);
      CapturedStore store = site.captured(side, connection);
      switch (side) {
        case LEGACY -> {
          grants.tables("SELECT", site.legacyTables());
          grants.publication(store);
        }
        case TARGET -> {
          grants.run(
              "GRANT CREATE ON DATABASE " + Sql.quote(server.database()) + " TO " + grants.role);
          grants.tables(WRITING, site.targetTables());
          grants.own();
        }
      }
      return List.copyOf(grants.statements);
    }
  }

  private void run(String statement) {
    statements.add(statement + ";");
  }

  private void role(ServerFacts server, String name) throws SQLException {
    run((isThere(name) ? "ALTER ROLE " : "CREATE ROLE ") + role + " LOGIN REPLICATION");
    run("GRANT CONNECT ON DATABASE " + Sql.quote(server.database()) + " TO " + role);
  }

  private boolean isThere(String name) throws SQLException {
    try (var query = connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
      query.setString(1, name);
      try (var row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private void tables(String privileges, Collection<TableId> tables) throws SQLException {
    var schemas = new TreeSet<String>();
    tables.forEach(table -> schemas.add(table.schema()));
    if (tables.isEmpty()) {
      return;
    }
    run(
        "GRANT USAGE ON SCHEMA "
            + String.join(", ", schemas.stream().map(Sql::quote).toList())
            + " TO "
            + role);
    run(
        "GRANT "
            + privileges
            + " ON "
            + String.join(", ", tables.stream().map(TableId::sql).sorted().toList())
            + " TO "
            + role);
    if (hidesRows(tables)) {
      run("ALTER ROLE " + role + " BYPASSRLS");
    }
  }

  private boolean hidesRows(Collection<TableId> tables) throws SQLException {
    try (var query =
        connection.prepareStatement(
            "SELECT bool_or(relrowsecurity) FROM pg_class WHERE oid = ANY(?::regclass[])")) {
      query.setArray(
          1, connection.createArrayOf("text", tables.stream().map(TableId::sql).toArray()));
      try (var row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private void publication(CapturedStore store) throws SQLException {
    for (Step step : new StoreSetup(connection, store).steps(StoreSetup.History.NEW)) {
      if (step.name().startsWith("publication ") && step.is(Step.State.TO_DO)) {
        step.statements().forEach(this::run);
      }
    }
  }

  /// What set-up has made already, by another role.
  private void own() throws SQLException {
    if (!TargetSchema.tables(connection).isEmpty()) {
      run("GRANT USAGE ON SCHEMA tandem TO " + role);
      run("GRANT " + WRITING + " ON ALL TABLES IN SCHEMA tandem TO " + role);
    }
  }
}
