package dev.tandem.job;

import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.SweepReport.Phase;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What follows from an order and from what the captures noted of it.
public final class JobRules {
  private JobRules() {}

  /// What is known of a job.
  ///
  /// @param expected how many sweeps belong to it, on both sides
  /// @param reports of those that have begun
  /// @param judged whether, after all of them had ended, both sides were compared; of a backfill
  ///     also whether the target has what they read
  public record Evidence(int expected, List<SweepReport> reports, boolean judged) {
    public Evidence {
      reports = List.copyOf(reports);
    }

    private boolean allEnded() {
      return reports.stream().filter(SweepReport::hasEnded).count() >= expected;
    }

    private String toldAtTheEnd() {
      return reports.stream()
          .filter(report -> report.hasEnded() && !report.reason().isEmpty())
          .map(JobRules::told)
          .collect(Collectors.joining("; "));
    }

    private Optional<SweepReport> in(Phase phase) {
      return reports.stream().filter(report -> report.phase() == phase).findFirst();
    }
  }

  /// @param reason why it is in this state, empty where the state says all
  public record Standing(JobState state, String reason) {}

  /// @param now microseconds since 1970-01-01T00:00Z
  public static Standing standing(JobOrder order, Evidence evidence, long now) {
    if (evidence.expected == 0) {
      return new Standing(
          JobState.FAILED,
          "expected tables of " + order.domain() + " to sweep, found none in the spec");
    }
    boolean swept = evidence.allEnded();
    if (swept && (order.isLoad() || evidence.judged)) {
      return new Standing(JobState.DONE, evidence.toldAtTheEnd());
    }
    if (order.wanted() == Wanted.CANCEL) {
      return new Standing(JobState.CANCELLED, order.asked().why());
    }
    if (order.isOverdue(now)) {
      return new Standing(
          JobState.FAILED,
          "expected it to end by "
              + order.deadline().orElseThrow()
              + ", it did not; resume it with another --within, 0s for none");
    }
    var failed = evidence.reports.stream().filter(report -> hasFailed(order, report)).findFirst();
    if (failed.isPresent()) {
      return new Standing(JobState.FAILED, told(failed.get()));
    }
    if (order.wanted() == Wanted.PAUSE) {
      return new Standing(JobState.PAUSED, order.asked().why());
    }
    var throttled = evidence.in(Phase.HELD).or(() -> evidence.in(Phase.SLOWED));
    if (throttled.isPresent()) {
      return new Standing(JobState.THROTTLED, told(throttled.get()));
    }
    if (swept) {
      return new Standing(JobState.RUNNING, awaited(order.kind()));
    }
    return new Standing(evidence.reports.isEmpty() ? JobState.PLANNED : JobState.RUNNING, "");
  }

  private static String awaited(Kind kind) {
    return switch (kind) {
      case VERIFY -> "both stores are read; waits for the comparison";
      case BACKFILL ->
          "every row is read; waits until translate and apply have brought them to the target";
    };
  }

  /// Whether a capture is to go on with one sweep of a job.
  ///
  /// @param report what it noted of that sweep last, null before the first
  /// @param now microseconds since 1970-01-01T00:00Z
  public static boolean isDue(JobOrder order, @Nullable SweepReport report, long now) {
    if (order.wanted() != Wanted.RUN || order.isOverdue(now)) {
      return false;
    }
    return report == null
        || switch (report.phase()) {
          case ENDED -> false;
          case FAILED -> !hasFailed(order, report);
          case RUNNING, SLOWED, HELD, STOPPED -> true;
        };
  }

  /// Whether a sweep has failed as it is ordered now, which ends the job: no other of it is begun.
  public static boolean hasFailed(JobOrder order, SweepReport report) {
    return report.phase() == Phase.FAILED && isOfThisOrder(report, order);
  }

  /// A failure ends the order that it came of; another order tries again. Which of them it was is
  /// not told by time: the clocks of an operator and of a capture may differ.
  private static boolean isOfThisOrder(SweepReport report, JobOrder order) {
    long moment = order.asked().at();
    // Notes of before do not say.
    return report.orderedAt() == 0 ? report.at() >= moment : report.orderedAt() == moment;
  }

  private static String told(SweepReport report) {
    return report.table() + ": " + report.reason();
  }
}
