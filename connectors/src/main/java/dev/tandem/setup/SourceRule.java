package dev.tandem.setup;

import dev.tandem.setup.Finding.Area;
import dev.tandem.table.Sql;
import java.util.ArrayList;
import java.util.List;

/// Whether a legacy table can be swept and streamed by a role: it is fit for a publication, the
/// role may read all of its rows, and where it has yet to be published the role owns it.
final class SourceRule {
  private SourceRule() {}

  /// @param role quoted for SQL
  static List<Finding> judge(SourceTable table, String role) {
    String subject = "table " + table.id();
    var findings = new ArrayList<Finding>();
    table
        .unfit()
        .ifPresent(
            unfit ->
                findings.add(Finding.failure(Area.LEGACY, subject, unfit.cause(), unfit.fix())));
    if (!table.usage()) {
      findings.add(
          missing(
              subject,
              "USAGE on its schema",
              "GRANT USAGE ON SCHEMA " + Sql.quote(table.id().schema()) + " TO " + role + ";"));
    }
    if (!table.readable()) {
      findings.add(
          missing(subject, "SELECT", "GRANT SELECT ON " + table.id().sql() + " TO " + role + ";"));
    }
    if (table.hidden()) {
      findings.add(
          Finding.failure(
              Area.LEGACY,
              subject,
              "row-level security hides rows from " + role + ": a sweep would not see them",
              "ALTER ROLE " + role + " BYPASSRLS;"));
    }
    return findings.isEmpty()
        ? List.of(Finding.ok(Area.LEGACY, subject, "replica identity and privileges are right"))
        : findings;
  }

  private static Finding missing(String subject, String privilege, String grant) {
    return Finding.failure(
        Area.LEGACY, subject, "the privilege " + privilege + " is missing", grant);
  }
}
