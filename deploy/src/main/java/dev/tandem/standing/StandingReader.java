package dev.tandem.standing;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Proof;
import dev.tandem.generation.Proof.Question;
import dev.tandem.ledger.LagReader;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable;
import dev.tandem.wire.LagReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
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

  private final Migration migration;
  private final DomainPlan domain;
  private final Clock clock;

  public StandingReader(Migration migration, DomainPlan domain, Clock clock) {
    this.migration = migration;
    this.domain = domain;
    this.clock = clock;
  }

  /// What has to be proven from now on: everything up to where the live generation stands.
  public Question question() throws SQLException {
    try (Connection target = migration.stores().target().connect()) {
      var generations = GenerationTable.read(target, migration.name());
      return new Question(now(), watermarks(target, generations.live(domain.name())));
    }
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
    String topic = domain.beside(beside.number()).topics().reconciliationLag();
    var reports = new HashMap<Integer, LagReport>();
    LagReader.recent(migration.kafka().objects(), topic, clock)
        .reports(domain.name(), domain.partitions())
        .forEach(report -> reports.put(report.partition(), report));
    return Proof.of(domain.partitions(), question, reports);
  }

  /// All of it, asked of what the reconcilers have said last.
  public Standing read() throws SQLException {
    try (Connection target = migration.stores().target().connect()) {
      Generations generations = GenerationTable.read(target, migration.name());
      var live = watermarks(target, generations.live(domain.name()));
      var rows = new ArrayList<Standing.Row>();
      for (Generation each : generations.of(domain.name())) {
        var own = watermarks(target, each);
        long behind = 0;
        for (int partition = 0; partition < domain.partitions(); partition++) {
          behind +=
              Math.max(0, live.getOrDefault(partition, -1L) - own.getOrDefault(partition, -1L));
        }
        boolean isOver = each.state() == Generation.State.REMOVED;
        rows.add(
            new Standing.Row(
                each,
                each.applied(domain).topics().contract(),
                own.values().stream().mapToLong(at -> at + 1).sum(),
                isOver ? 0 : behind,
                each.isBeside() ? Optional.of(proof(each, LATELY)) : Optional.empty()));
      }
      return new Standing(domain.name(), rows, Rebuild.unvalidated(target, domain));
    }
  }
}
