package dev.tandem.operate;

import dev.tandem.generation.Generations;
import dev.tandem.ledger.LetterEntities.Retry;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.RepairRequests;
import dev.tandem.run.Migration;
import java.sql.SQLException;

/// Has the current record of what dead letters are of forwarded once more, where it differs still,
/// nobody has discarded the letter, and the mapping does not refuse it: once for each entity,
/// however many letters it has. It reaches the target through the usual way.
public final class LetterRetrying {
  private final Migration migration;

  /// What came of it.
  ///
  /// @param retry what is asked for
  /// @param planned whether nothing was asked for yet
  public record Outcome(LetterReport report, Retry retry, boolean planned) {}

  public LetterRetrying(Migration migration) {
    this.migration = migration;
  }

  /// What a retry would ask for.
  ///
  /// @param refused whether it asks for what the mapping refused too
  public Outcome plan(LetterDiscarding.Choice choice, boolean refused) throws SQLException {
    LetterReport report = read(choice, migration.generations());
    return new Outcome(report, wanted(report, refused), true);
  }

  /// Asks, and returns once that is durable.
  ///
  /// @param refused whether for what the mapping refused too
  public Outcome retry(LetterDiscarding.Choice choice, boolean refused) throws SQLException {
    Generations generations = migration.generations();
    LetterReport report = read(choice, generations);
    Retry retry = wanted(report, refused);
    if (!retry.requests().isEmpty()) {
      try (var sender =
          new RepairRequests(
              migration.kafka().objects(), it -> generations.topics(migration.name(), it))) {
        sender.sendAll(retry.requests());
      }
    }
    return new Outcome(report, retry, false);
  }

  private static Retry wanted(LetterReport report, boolean refused) {
    return refused ? report.retry().withRefused() : report.retry();
  }

  private LetterReport read(LetterDiscarding.Choice choice, Generations generations) {
    return LetterReport.read(
        new LetterReport.Source(migration.plan(), migration.kafka().objects(), generations),
        choice::holds,
        1);
  }
}
