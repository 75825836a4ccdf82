package dev.tandem.standing;

import dev.tandem.generation.Exchange;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.generation.PaceRule;
import dev.tandem.generation.Proof;
import dev.tandem.generation.Proof.Question;
import dev.tandem.jobs.PaceBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.OutboxEnds;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable;
import dev.tandem.wire.LagReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads where the generations of a domain stand, and whether one beside the live one is proven.
public final class StandingReader {
  /// For a look in passing reports of before will do, and what is in flight is no fault.
  private static final Question LATELY = new Question(0, Map.of());

  /// Whoever wrote an outbox may have been killed in a transaction: Kafka ends that after a minute.
  private static final Duration ENDING = Duration.ofSeconds(75);

  private static final Duration LOOK = Duration.ofSeconds(5);
  private final Migration migration;
  private final DomainPlan domain;
  private final Clock clock;

  public StandingReader(Migration migration, DomainPlan domain, Clock clock) {
    this.migration = migration;
    this.domain = domain;
    this.clock = clock;
  }

  /// What has to be proven from now on: everything up to where the live generation stands.
  public Question question(Generation beside) throws SQLException {
    try (Connection target = migration.stores().target().connect()) {
      var generations = GenerationTable.read(target, migration.name());
      return new Question(now(), wanted(target, beside, generations, ENDING));
    }
  }

  /// How far a generation has to have come to be where the live one is: to its watermarks, or,
  /// where its outbox is another one, to the end of that.
  private Map<Integer, Long> wanted(
      Connection target, Generation beside, Generations generations, Duration patience)
      throws SQLException {
    Generation live = generations.live(domain.name());
    return new Exchange(live, beside).isToOtherOutbox()
        ? new OutboxEnds(migration.kafka().clients(), beside.applied(domain)).read(patience)
        : watermarks(target, live);
  }

  /// Whether a question has to be put anew, by the answer that it got last.
  public boolean isSpent(Question question, Proof answer) {
    return question.isSpent(answer, now());
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  private Map<Integer, Long> watermarks(Connection target, Generation generation)
      throws SQLException {
    return GenerationTable.watermarks(target, migration.name(), generation);
  }

  /// What is missing to the proof that a generation beside the live one is equal to it.
  public Proof proof(Generation beside, Question question) {
    DomainPlan placed = beside.beside(domain);
    String topic = placed.topics().reconciliationLag();
    var reports = new HashMap<Integer, LagReport>();
    LagReader.recent(migration.kafka().objects(), topic, clock)
        .reports(domain.name(), placed.partitions())
        .forEach(report -> reports.put(report.partition(), report));
    return Proof.of(placed.partitions(), question, reports);
  }

  /// All of it, asked of what the reconcilers have said last.
  public Standing read() throws SQLException {
    try (Connection target = migration.stores().target().connect()) {
      Generations generations = GenerationTable.read(target, migration.name());
      var rows = new ArrayList<Standing.Row>();
      for (Generation each : generations.of(domain.name())) {
        var own = watermarks(target, each);
        DomainPlan applied = each.applied(domain);
        long behind = each.isBeside() ? behind(target, each, generations) : 0;
        rows.add(
            new Standing.Row(
                each,
                applied.topics().contract(),
                applied.topics().outbox(),
                applied.partitions(),
                own.values().stream().mapToLong(at -> at + 1).sum(),
                behind,
                each.isBeside() ? Optional.of(proof(each, LATELY)) : Optional.empty(),
                each.isBeside() ? Optional.of(pace(each)) : Optional.empty(),
                RollbackTime.until(
                    each, Optional.ofNullable(migration.objectives().get(domain.name())))));
      }
      return new Standing(domain.name(), rows, Rebuild.unvalidated(target, domain));
    }
  }

  private PaceRule.Standing pace(Generation beside) {
    return new PaceBook(migration).read().standing(domain.name(), beside.number(), now());
  }

  private long behind(Connection target, Generation beside, Generations generations)
      throws SQLException {
    Map<Integer, Long> own = watermarks(target, beside);
    Map<Integer, Long> wanted;
    try {
      wanted = wanted(target, beside, generations, LOOK);
    } catch (OutboxEnds.OpenException open) {
      return Math.max(1, own.size()); // at least what is being written
    }
    return wanted.entrySet().stream()
        .mapToLong(each -> Math.max(0, each.getValue() - own.getOrDefault(each.getKey(), -1L)))
        .sum();
  }
}
