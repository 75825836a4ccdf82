package dev.tandem.program;

import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobState;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// Follows a job to its end: a line of where it stands on standard error whenever that has changed,
/// and the report on standard output. Who stops following does not stop the job.
final class JobWatch {
  private static final Duration TURN = Duration.ofSeconds(1);
  private final JobReader reader;
  private final JobForm form;
  private final CommandSpec command;

  /// How a job is cancelled.
  interface Cancels {
    void cancel(JobOrder order, String reason);
  }

  JobWatch(JobReader reader, JobForm form, CommandSpec command) {
    this.reader = reader;
    this.form = form;
    this.command = command;
  }

  int follow(JobOrder order, Cancels cancels) throws InterruptedException {
    String said = "";
    while (true) {
      List<JobStatus> found = reader.read(it -> it.id().equals(order.id()));
      JobStatus status = found.isEmpty() ? null : reader.withWrites(found.getFirst());
      if (status != null) {
        String line = JobText.line(status);
        if (!line.equals(said)) {
          command.commandLine().getErr().println(line);
          said = line;
        }
        if (status.standing().state().isFinal()) {
          form.report(status).forEach(command.commandLine().getOut()::println);
          return code(status, ExitCode.CRITERIA_NOT_MET);
        }
        long most = status.order().limits().mostFindings();
        if (most > 0 && status.findings().count() >= most) {
          cancels.cancel(status.order(), "found " + status.findings().count() + ", enough");
        }
      }
      Thread.sleep(TURN);
    }
  }

  /// @param unfinished the code of a job that has not come to its end
  static int code(JobStatus status, int unfinished) {
    JobState state = status.standing().state();
    boolean found = status.order().kind() == Kind.VERIFY && status.findings().count() > 0;
    boolean enough =
        state == JobState.CANCELLED
            && status.order().limits().mostFindings() > 0
            && status.findings().count() >= status.order().limits().mostFindings();
    return switch (state) {
      case DONE -> found ? ExitCode.FOUND_OR_FAILED : ExitCode.OK;
      case FAILED, CANCELLED -> enough ? ExitCode.FOUND_OR_FAILED : ExitCode.CRITERIA_NOT_MET;
      case PLANNED, RUNNING, PAUSED, THROTTLED -> unfinished;
    };
  }
}
