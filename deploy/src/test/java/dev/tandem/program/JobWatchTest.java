package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.invariants.InvariantReport;
import dev.tandem.invariants.InvariantReport.Outcome;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.operate.Refusal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class JobWatchTest {
  private static final JobOrder ORDER =
      new JobOrder(
          "any",
          JobOrder.Kind.VERIFY,
          "sales",
          JobScope.ALL,
          JobLimits.NONE,
          JobOrder.Wanted.RUN,
          new JobOrder.Asked("a test", "", 0, 0));

  private interface Comparison {
    Optional<InvariantReport> of(JobOrder order) throws SQLException;
  }

  private static Optional<InvariantReport> compared(Comparison comparison)
      throws InterruptedException {
    return JobWatch.compared(
        new JobWatch.Hands() {
          @Override
          public void cancel(JobOrder order, String reason) {
            throw new AssertionError("nothing is to be cancelled");
          }

          @Override
          public Optional<InvariantReport> compare(JobOrder order) throws SQLException {
            return comparison.of(order);
          }
        },
        ORDER);
  }

  private static String reason(Exception failure) throws InterruptedException {
    InvariantReport report =
        compared(
                _ -> {
                  switch (failure) {
                    case SQLException e -> throw e;
                    case RuntimeException e -> throw e;
                    default -> throw new AssertionError(failure);
                  }
                })
            .orElseThrow();
    assertThat(report.domain()).isEqualTo("sales");
    assertThat(InvariantActions.code(report)).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    assertThat(InvariantText.report(report)).contains("what is open in the ledger is not known");
    return report.outcome() instanceof Outcome.Unaligned(var reason) ? reason : "";
  }

  @Test
  void shouldSayWhyAComparisonFailedAndKeepTheVerification() throws InterruptedException {
    assertThat(reason(new SQLException("connection refused", "08001"))).contains("08001");
    assertThat(reason(new TimeoutException("no answer"))).contains("no answer");
    assertThat(reason(Refusal.wrong("no such domain"))).isEqualTo("no such domain");
  }

  @Test
  void shouldKeepWhatWasComparedWhereTheLedgerIsNotKnown() throws InterruptedException {
    var report =
        new InvariantReport(
            "sales", new Outcome.Compared(Duration.ZERO, 1, List.of()), Optional.empty());
    assertThat(compared(_ -> Optional.of(report))).contains(report);
    assertThat(InvariantActions.code(report)).isEqualTo(ExitCode.OK);
  }

  @Test
  void shouldCompareNothingForWhoeverOnlyLooksOn() throws InterruptedException {
    JobWatch.Hands looking = (_, _) -> {};
    assertThat(JobWatch.compared(looking, ORDER)).isEmpty();
  }
}
