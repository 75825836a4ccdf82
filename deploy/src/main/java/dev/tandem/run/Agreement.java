package dev.tandem.run;

import dev.tandem.generation.Generations;
import dev.tandem.plan.DomainPlan;
import java.sql.SQLException;

/// Whether this spec is the one that was agreed on before, as the target says.
record Agreement(Migration migration) {
  /// What is said where no generation of the domain has this mapping.
  static RefusedException foreign(DomainPlan domain, Generations generations) {
    if (!generations.hasPartitionsOf(domain)) {
      return new RefusedException(
          "expected partitions: "
              + generations.live(domain).partitions()
              + " of domain "
              + domain.name()
              + " as in the outbox that is written, found "
              + domain.partitions()
              + " in this spec; fix: write that number, or let the other one take its place: tandem"
              + " rebuild SPEC start --domain "
              + domain.name()
              + " --from legacy");
    }
    return new RefusedException(
        "expected the mapping of a generation of "
            + domain.name()
            + " that is fed, found another in this spec; fix: run the spec of that generation, or"
            + " let this one begin: tandem rebuild SPEC start --domain "
            + domain.name()
            + " --from outbox --live-spec LIVE_SPEC");
  }

  /// Where specs run side by side, either captures for both.
  ///
  /// @throws RefusedException if another spec was agreed on than this one
  void requireSameCapture(Generations generations) {
    var others = generations.capturedOtherwise(migration.plan());
    if (!others.isEmpty()) {
      throw new RefusedException(
          "expected the domains, with their tables, keys, partitions and partition-by, as when the"
              + " new generation of "
              + String.join(", ", others)
              + " was started, found others in this spec; fix: go back to them, or cancel and clean"
              + " up the generation first");
    }
  }

  /// Nothing begins that could not go on: not translation, since it would write what apply would
  /// refuse, and not apply, since it would take partitions from those that may apply. Another
  /// mapping needs a generation of its own (fault 29).
  ///
  /// @throws RefusedException if the generation was written with another mapping
  void requireSameMapping(DomainPlan domain) throws SQLException {
    try (var target = migration.stores().target().connect();
        var statement =
            target.prepareStatement(
                "SELECT 1 FROM tandem.checkpoint"
                    + " WHERE migration = ? AND domain = ? AND generation = ? AND fingerprint <> ?")) {
      statement.setString(1, migration.name());
      statement.setString(2, domain.name());
      statement.setInt(3, domain.generation());
      statement.setString(4, domain.fingerprint());
      if (statement.executeQuery().next()) {
        throw new RefusedException(
            "expected the mapping that the target of domain "
                + domain.name()
                + " was written with, found another in this spec; fix: go back to it, or let this one"
                + " begin: tandem rebuild NEW_SPEC start --domain "
                + domain.name()
                + " --from outbox --live-spec SPEC");
      }
    }
  }
}
