package dev.tandem.status;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.Uncompared;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.wire.Divergence.Kind;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/// Where a whole migration stands.
///
/// @param legacy where the capture of the legacy store stands, `target` that of the target
/// @param open how many divergences are open, by domain and kind; empty where there is no ledger
/// @param lags what each domain's comparison does, by domain
/// @param uncompared of which domains an empty ledger proves nothing
/// @param schema the last change of each legacy table's schema, for each domain that reads it; its
///     finding is what stands against it by the spec as it is now
public record MigrationStatus(
    String migration,
    List<DomainStatus> domains,
    SweepStatus legacy,
    SweepStatus target,
    Optional<Map<String, Map<Kind, Long>>> open,
    Map<String, DomainLag> lags,
    List<Uncompared> uncompared,
    List<JobStatus> jobs,
    List<SchemaChanged> schema) {
  public MigrationStatus {
    domains = List.copyOf(domains);
    lags = Map.copyOf(lags);
    uncompared = List.copyOf(uncompared);
    jobs = List.copyOf(jobs);
    schema = List.copyOf(schema);
  }

  /// @throws SQLException if the target does not answer
  /// @throws ExecutionException if Kafka does not
  public static MigrationStatus read(Migration migration, Clock clock)
      throws SQLException, ExecutionException, InterruptedException {
    try (var reader =
        new StatusReader(
            migration.plan(), migration.stores().target(), migration.kafka().objects(), clock)) {
      var domains = reader.read();
      List<DomainPlan> compared = migration.generations().live(migration.plan()).domains();
      var open = reader.openDivergences();
      LagBook lag = reader.lag();
      return new MigrationStatus(
          migration.name(),
          domains,
          reader.capture(),
          reader.observe(),
          open,
          lags(compared, lag),
          Uncompared.among(
              compared,
              lag,
              clock,
              new LetterReport.Source(
                  migration.plan(), migration.kafka().objects(), migration.generations())),
          open.isPresent() ? jobs(migration, clock) : List.of(),
          reader.schemaChanges());
    }
  }

  private static Map<String, DomainLag> lags(List<DomainPlan> domains, LagBook book) {
    return domains.stream()
        .collect(
            Collectors.toMap(
                DomainPlan::name, domain -> book.domain(domain.name(), domain.partitions())));
  }

  private static List<JobStatus> jobs(Migration migration, Clock clock) throws SQLException {
    try (var reader =
        new JobReader(
            migration.plan(), migration.kafka().objects(), clock, migration.generations())) {
      return reader.read(_ -> true);
    }
  }

  /// Whether both captures know of no gap.
  public boolean isProven() {
    return legacy.unproven().isEmpty() && target.unproven().isEmpty();
  }
}
