package dev.tandem.operate;

import dev.tandem.generation.Generations;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.ledger.RepairChoice;
import dev.tandem.ledger.RepairRequests;
import dev.tandem.ledger.Selection;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.run.Migration;
import dev.tandem.wire.Topics;
import java.sql.SQLException;
import java.time.Clock;
import java.util.OptionalInt;

/// Asks for repairs of what is open, within the budget of a minute and unless repairs have stopped
/// by themselves: more of the same would spread a fault that is systematic.
public final class RepairAsking {
  private final Migration migration;
  private final Clock clock;

  /// What is asked for.
  ///
  /// @param limit most entities; the domain's budget of a minute where it is empty
  public record Request(Selection selection, Orphans orphans, OptionalInt limit) {}

  /// What is done although the domain's repairs have stopped by themselves.
  public enum Brake {
    HEEDED,
    OVERRIDDEN
  }

  public RepairAsking(Migration migration, Clock clock) {
    this.migration = migration;
    this.clock = clock;
  }

  /// What would be asked for.
  public RepairChoice choose(Request request) throws SQLException {
    return choose(request, migration.generations());
  }

  /// @throws Refusal if it makes no sense
  public void require(Request request) {
    domain(request);
    known(request);
    if (request.limit.isPresent() && request.limit.getAsInt() < 1) {
      throw Refusal.wrong("--limit: expected a number from 1, found " + request.limit.getAsInt());
    }
  }

  private Selection known(Request request) {
    return Domains.known(migration.plan(), request.selection);
  }

  private RepairChoice choose(Request request, Generations generations) {
    require(request);
    DomainPlan domain = domain(request);
    Selection selection = known(request);
    var ledger = new Ledger();
    String topic = new Topics(migration.name(), "").divergence();
    try (var reader = new LedgerReader(migration.kafka().objects(), topic)) {
      reader.toEnd(ledger::accept);
    }
    return RepairChoice.of(
        ledger.open(generations).stream().filter(selection::holds).toList(),
        request.orphans,
        request.limit.orElse(domain.budget().perMinute()));
  }

  /// Asks, and returns what for once it is durable.
  public RepairChoice ask(Request request, Brake brake) throws SQLException {
    if (brake == Brake.HEEDED) {
      requireNotStopped(domain(request));
    }
    Generations generations = migration.generations();
    RepairChoice choice = choose(request, generations);
    if (!choice.requests().isEmpty()) {
      try (var requests =
          new RepairRequests(
              migration.kafka().objects(), it -> generations.topics(migration.name(), it))) {
        requests.send(choice.requests());
      }
    }
    return choice;
  }

  private DomainPlan domain(Request request) {
    return Domains.named(
        migration.compared(),
        request
            .selection
            .domain()
            .orElseThrow(() -> Refusal.wrong("--domain: a repair is of one domain; name it")));
  }

  private void requireNotStopped(DomainPlan domain) {
    int stopped =
        LagReader.recent(migration.kafka().objects(), domain.topics().reconciliationLag(), clock)
            .domain(domain.name(), domain.partitions())
            .stopped();
    if (stopped > 0) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "in "
              + stopped
              + " of "
              + domain.partitions()
              + " partitions repairs of "
              + domain.name()
              + " have stopped by themselves, since so many new divergences look like a fault"
              + " of the mapping or of the target; fix: mend that first, or add"
              + " --despite-brake");
    }
  }
}
