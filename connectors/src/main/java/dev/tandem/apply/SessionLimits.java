package dev.tandem.apply;

import dev.tandem.table.Sql;
import java.time.Duration;

/// How long an apply session may hold the target up (DESIGN invariant 12).
///
/// @param idleInTransaction shorter than it takes another instance to take over
public record SessionLimits(Duration statement, Duration lock, Duration idleInTransaction) {
  public static final SessionLimits DEFAULT =
      new SessionLimits(Duration.ofMinutes(2), Duration.ofSeconds(10), Duration.ofSeconds(20));

  /// `synchronous_commit` stays as the target's owner has it: the checkpoint says what is durable.
  /// Plans are made for the arrays at hand: a plan for any array would take each for ten elements
  /// and join thousands by nested loops.
  String settings(String name) {
    return "SET application_name = "
        + Sql.literal(name)
        + "; SET statement_timeout = "
        + statement.toMillis()
        + "; SET lock_timeout = "
        + lock.toMillis()
        + "; SET idle_in_transaction_session_timeout = "
        + idleInTransaction.toMillis()
        + "; SET plan_cache_mode = force_custom_plan; SET TimeZone = 'UTC'; SET DateStyle = ISO;"
        + " SET bytea_output = hex";
  }
}
