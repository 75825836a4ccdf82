package dev.tandem.setup;

import java.sql.SQLException;
import java.util.function.Supplier;

/// What a refusal of the database means for a step of set-up, and its fix. Source of the codes:
/// PostgreSQL, appendix A.
final class SqlFailure {
  private SqlFailure() {}

  static SetupException of(Step step, SQLException failure, Supplier<String> blockers) {
    String state = String.valueOf(failure.getSQLState());
    String fix =
        switch (state) {
          case "42501" ->
              "let the owner of the tables or a superuser run what tandem setup SPEC --print shows;"
                  + " tandem doctor SPEC names each missing privilege";
          case "53400" ->
              "drop a slot that nobody needs, or ALTER SYSTEM SET max_replication_slots to more and"
                  + " restart the server";
          case "55P03" -> "run set-up again once these transactions have ended: " + blockers.get();
          case "55000" -> "ALTER SYSTEM SET wal_level = logical; then restart the server";
          default -> "run set-up again once that is mended; what is done already stays";
        };
    return new SetupException(
        step.where() + step.name() + ": " + failure.getMessage() + " (" + state + "); fix: " + fix,
        failure);
  }
}
