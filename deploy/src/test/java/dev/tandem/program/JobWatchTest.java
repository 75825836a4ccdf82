package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.answer.JobJson;
import dev.tandem.capture.Side;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.invariants.InvariantReport.Outcome;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules.Standing;
import dev.tandem.job.JobScope;
import dev.tandem.job.JobState;
import dev.tandem.job.SweepReport;
import dev.tandem.jobs.JobFindings;
import dev.tandem.jobs.JobStatus;
import dev.tandem.operate.Refusal;
import dev.tandem.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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

  /// A verification that has come to its end over one table.
  private static JobStatus done(JobOrder order, long unplaced, long waiting) {
    var table = new TableId("public", "t");
    var report =
        new SweepReport(table, SweepReport.Phase.ENDED, "", 100, unplaced, 100, 50, 0, 9, 0);
    return new JobStatus(
        order,
        new Standing(JobState.DONE, ""),
        List.of(new JobStatus.Sweep(Side.TARGET, table, Optional.of(report), 100)),
        waiting,
        new JobFindings(order),
        OptionalLong.empty());
  }

  /// Nothing found is not equal where something was not compared.
  @Test
  void shouldNotEndAsEqualWhereSomethingWasNotCompared() {
    assertThat(JobWatch.code(done(ORDER, 0, 0), ExitCode.OK)).isEqualTo(ExitCode.OK);
    JobStatus unplaced = done(ORDER, 3, 0);
    assertThat(JobWatch.code(unplaced, ExitCode.OK)).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    assertThat(JobText.report(unplaced))
        .anyMatch(line -> line.startsWith("not compared   3 rows that no partition got"));
    JobStatus waiting = done(ORDER, 0, 2);
    assertThat(JobWatch.code(waiting, ExitCode.OK)).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    assertThat(JobText.report(waiting))
        .anyMatch(line -> line.startsWith("not compared   2 entities of the domain wait"));
    var json = JobJson.status(done(ORDER, 3, 2));
    assertThat(json.at("/divergence/comparedAll").booleanValue()).isFalse();
    assertThat(json.at("/divergence/waiting").longValue()).isEqualTo(2);
    assertThat(json.at("/progress/unplaced").longValue()).isEqualTo(3);
  }

  @Test
  void shouldEndWithWhatWasFoundWhateverElseIsNotKnown() {
    assertThat(JobWatch.worse(ExitCode.CRITERIA_NOT_MET, ExitCode.FOUND_OR_FAILED))
        .isEqualTo(ExitCode.FOUND_OR_FAILED);
    assertThat(JobWatch.worse(ExitCode.FOUND_OR_FAILED, ExitCode.CRITERIA_NOT_MET))
        .isEqualTo(ExitCode.FOUND_OR_FAILED);
    assertThat(JobWatch.worse(ExitCode.CRITERIA_NOT_MET, ExitCode.OK))
        .isEqualTo(ExitCode.CRITERIA_NOT_MET);
  }

  /// From one look: no earlier one is needed.
  @Test
  void shouldTellTheRateAndTheTimeLeftFromWhatIsNoted() {
    var table = new TableId("public", "t");
    var report = new SweepReport(table, SweepReport.Phase.RUNNING, "", 400, 0, 1_000, 50, 0, 9, 0);
    var status =
        new JobStatus(
            ORDER,
            new Standing(JobState.RUNNING, ""),
            List.of(
                new JobStatus.Sweep(Side.LEGACY, table, Optional.of(report), 1_000),
                new JobStatus.Sweep(Side.TARGET, table, Optional.empty(), 900)),
            0,
            new JobFindings(ORDER),
            OptionalLong.empty());
    assertThat(status.rate()).isEqualTo(50);
    assertThat(status.secondsLeft()).hasValue(30);
    assertThat(JobJson.status(status).at("/progress/rate").longValue()).isEqualTo(50);
    assertThat(JobJson.status(status).at("/progress/secondsLeft").longValue()).isEqualTo(30);
  }

  private interface Comparison {
    Optional<InvariantReport> of(JobOrder order) throws SQLException;
  }

  private static Optional<InvariantReport> compared(Comparison comparison)
      throws InterruptedException {
    return JobWatch.compared(
        new JobWatch.Hands() {
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
    assertThat(JobWatch.compared(JobWatch.Hands.NONE, ORDER)).isEmpty();
  }
}
