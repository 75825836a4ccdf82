package dev.tandem.setup;

import dev.tandem.setup.Finding.Area;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// The doctor's look at the target. Changes nothing.
final class TargetExamination {
  private static final String TABLES =
      """
      SELECT n.nspname, c.relname,
             has_schema_privilege(n.oid, 'USAGE') AS usage,
             ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
                    WHERE NOT has_table_privilege(c.oid, p)) AS missing,
             c.relrowsecurity AND row_security_active(c.oid) AS hidden,
             ARRAY(SELECT t.tgname::text FROM pg_trigger t
                    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
                    ORDER BY 1) AS triggers
        FROM unnest(?::text[], ?::text[]) AS wanted(schema, name)
        JOIN pg_namespace n ON n.nspname = wanted.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
       ORDER BY 1, 2""";
  private static final String READ_ONLY =
      "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean";

  private final Connection connection;
  private final Set<TableId> tables;
  private final List<Finding> findings = new ArrayList<>();

  TargetExamination(Connection connection, Set<TableId> tables) {
    this.connection = connection;
    this.tables = tables;
  }

  List<Finding> findings() throws SQLException {
    ServerFacts server = ServerFacts.read(connection);
    String role = Sql.quote(server.role());
    writable(server);
    tables(tables, role);
    schema(server, role);
    return findings;
  }

  private void writable(ServerFacts server) throws SQLException {
    try (var query = connection.createStatement();
        var row = query.executeQuery(READ_ONLY)) {
      row.next();
      findings.add(
          row.getBoolean(1)
              ? Finding.failure(
                  Area.TARGET,
                  "database " + server.database(),
                  "it is read-only (a standby, or default_transaction_read_only)",
                  "name the primary in the target url of the spec")
              : Finding.ok(Area.TARGET, "database " + server.database(), "takes writes"));
    }
  }

  private void schema(ServerFacts server, String role) throws SQLException {
    tables(TargetSchema.tables(connection).stream().map(TableId::parse).toList(), role);
    try {
      Step step = TargetSchema.step(connection);
      findings.add(Finding.of(Area.TARGET, step));
      if (step.is(Step.State.TO_DO) && !server.create()) {
        findings.add(
            Finding.failure(
                Area.TARGET,
                step.name(),
                "the privilege CREATE on database " + server.database() + " is missing",
                "GRANT CREATE ON DATABASE " + Sql.quote(server.database()) + " TO " + role + ";"));
      }
    } catch (SQLException e) {
      findings.add(
          Finding.failure(
              Area.TARGET,
              "schema tandem",
              String.valueOf(e.getMessage()),
              "GRANT USAGE ON SCHEMA tandem TO "
                  + role
                  + "; GRANT SELECT ON ALL TABLES IN SCHEMA tandem TO "
                  + role
                  + ";"));
    }
  }

  private void tables(Collection<TableId> ids, String role) throws SQLException {
    try (var query = connection.prepareStatement(TABLES)) {
      query.setArray(
          1, connection.createArrayOf("text", ids.stream().map(TableId::schema).toArray()));
      query.setArray(
          2, connection.createArrayOf("text", ids.stream().map(TableId::name).toArray()));
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          table(rows, role);
        }
      }
    }
  }

  private void table(ResultSet row, String role) throws SQLException {
    var id = new TableId(row.getString("nspname"), row.getString("relname"));
    String subject = "table " + id;
    int before = findings.size();
    if (!row.getBoolean("usage")) {
      findings.add(
          Finding.failure(
              Area.TARGET,
              subject,
              "the privilege USAGE on its schema is missing",
              "GRANT USAGE ON SCHEMA " + Sql.quote(id.schema()) + " TO " + role + ";"));
    }
    List<String> missing = texts(row, "missing");
    if (!missing.isEmpty()) {
      String privileges = String.join(", ", missing);
      findings.add(
          Finding.failure(
              Area.TARGET,
              subject,
              "missing privileges: " + privileges,
              "GRANT " + privileges + " ON " + id.sql() + " TO " + role + ";"));
    }
    if (row.getBoolean("hidden")) {
      findings.add(
          Finding.failure(
              Area.TARGET,
              subject,
              "row-level security applies to " + role + ": writes would meet no row",
              "ALTER ROLE " + role + " BYPASSRLS;"));
    }
    for (String trigger : texts(row, "triggers")) {
      findings.add(
          Finding.warning(
              Area.TARGET,
              subject,
              "trigger " + trigger + " fires on what is written here, and may change it",
              "nothing, if that is meant; else ALTER TABLE "
                  + id.sql()
                  + " DISABLE TRIGGER "
                  + Sql.quote(trigger)
                  + ";"));
    }
    if (findings.size() == before) {
      findings.add(Finding.ok(Area.TARGET, subject, "columns and privileges are right"));
    }
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return Arrays.asList((String[]) row.getArray(column).getArray());
  }
}
