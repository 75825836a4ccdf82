package dev.tandem.bench;

import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.Topics;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.ExecutionException;

/// Whether both sides have been compared up to the end of the outbox, as the reports of lag say,
/// which come each second.
final class Compared implements AutoCloseable {
  private final Migration migration;
  private final StatusReader reader;
  private final LagBook book = new LagBook();
  private final LagReader reports;

  Compared(Migration migration, StatusReader reader) {
    this.migration = migration;
    this.reader = reader;
    this.reports =
        new LagReader(
            migration.kafka().objects(),
            new Topics(migration.name(), "").reconciliationLag(),
            Clock.systemUTC(),
            book);
  }

  boolean isAtEnd() throws SQLException, ExecutionException, InterruptedException {
    reports.toEnd();
    for (DomainStatus status : reader.read()) {
      if (!hasBegun(status.domain())
          || compared(status.domain()) < status.captured() - partitions(status.domain())) {
        return false;
      }
    }
    return true;
  }

  /// Each partition ends with the mark of its last Kafka transaction, which is no record and which
  /// no verdict passes.
  private int partitions(String domain) {
    return plan(domain).partitions();
  }

  private DomainPlan plan(String domain) {
    return migration.plan().domains().stream()
        .filter(it -> it.name().equals(domain))
        .findFirst()
        .orElseThrow();
  }

  /// Whether every entity has been judged once.
  private boolean hasBegun(String domain) {
    return book.reports(domain, plan(domain).partitions()).stream()
        .noneMatch(
            report ->
                report.state() == LagReport.State.LOADING
                    || report.state() == LagReport.State.JUDGING);
  }

  /// Records of a domain's outbox that verdicts have passed.
  private long compared(String domain) {
    DomainPlan plan = plan(domain);
    return book.reports(domain, plan.partitions()).stream()
        .mapToLong(report -> report.verdictAt() + 1)
        .sum();
  }

  @Override
  public void close() {
    reports.close();
  }
}
