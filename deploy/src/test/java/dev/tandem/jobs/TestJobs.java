package dev.tandem.jobs;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobRules.Standing;
import dev.tandem.job.JobScope;
import dev.tandem.job.JobState;
import dev.tandem.ledger.Events;
import java.util.List;
import java.util.OptionalLong;

/// Verifications of the domain `items`.
public final class TestJobs {
  /// When each began, microseconds since 1970-01-01T00:00Z.
  static final long BEGUN = 500_000;

  private TestJobs() {}

  static JobOrder order(String id) {
    return new JobOrder(
        id,
        JobOrder.Kind.VERIFY,
        "items",
        JobScope.ALL,
        JobLimits.NONE,
        JobOrder.Wanted.RUN,
        new JobOrder.Asked("anna", "", BEGUN, BEGUN));
  }

  /// One under way, after these events.
  public static JobStatus found(String id, Events... events) {
    var findings = new JobFindings(order(id));
    for (Events event : events) {
      findings.accept(event.entry());
    }
    return new JobStatus(
        order(id),
        new Standing(JobState.RUNNING, ""),
        List.of(),
        0,
        findings,
        OptionalLong.empty());
  }
}
