package dev.tandem.bench;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobRules.Standing;
import dev.tandem.job.JobScope;
import dev.tandem.job.JobState;
import dev.tandem.jobs.JobReader;
import dev.tandem.operate.JobOrdering;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

/// Jobs over all rows of a table, with every role at work, from their order to their end: they slow
/// down by themselves as they do elsewhere.
final class JobRuns {
  private final Trial trial;

  JobRuns(Trial trial) {
    this.trial = trial;
  }

  /// Reads the legacy rows again; both stores are equal, so that nothing comes of it.
  void backfill() throws Exception {
    run(Kind.BACKFILL, "backfill of equal stores");
  }

  /// Reads and compares the rows of both stores.
  void verify() throws Exception {
    run(Kind.VERIFY, "verification, rows of each side");
  }

  private void run(Kind kind, String what) throws Exception {
    var migration = trial.migration();
    try (var jobs =
        new JobReader(
            migration.plan(),
            migration.kafka().objects(),
            Clock.systemUTC(),
            migration.generations())) {
      trial.add(
          trial
              .pipeline()
              .asked(
                  Subject.step(trial.load(), what),
                  trial.rows(),
                  () -> {
                    JobOrder order = place(kind);
                    return () -> isDone(jobs, order);
                  }));
    }
  }

  private JobOrder place(Kind kind) {
    var ordering = new JobOrdering(trial.migration(), Clock.systemUTC());
    JobOrder order =
        ordering.order(
            new JobOrdering.Request(
                kind,
                trial.domain(),
                Optional.of("bench-" + kind.name().toLowerCase(Locale.ROOT)),
                JobScope.ALL,
                new JobLimits.Change(null, null, null),
                0,
                new JobOrdering.Who("bench", "to measure it")));
    ordering.place(order);
    return order;
  }

  private static boolean isDone(JobReader jobs, JobOrder order) {
    Standing standing = jobs.read(other -> other.id().equals(order.id())).getFirst().standing();
    if (standing.state().isFinal() && standing.state() != JobState.DONE) {
      throw new IllegalStateException(
          "expected job " + order.id() + " to come to its end, found " + standing);
    }
    return standing.state() == JobState.DONE;
  }
}
