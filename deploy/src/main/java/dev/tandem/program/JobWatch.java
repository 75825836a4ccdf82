package dev.tandem.program;

import dev.tandem.invariants.InvariantReport;
import dev.tandem.invariants.InvariantReport.Outcome;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobState;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.operate.Refusal;
import dev.tandem.sweep.SweepRefusal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Model.CommandSpec;

/// Follows a job to its end: a line of where it stands on standard error whenever that has changed,
/// and the report on standard output. Who stops following does not stop the job.
final class JobWatch {
  private static final Duration TURN = Duration.ofSeconds(1);
  private final JobReader reader;
  private final JobForm form;
  private final CommandSpec command;

  /// What else is done with a job that is followed.
  interface Hands {
    /// Of who only looks on.
    Hands NONE = new Hands() {};

    /// Compares the invariants of a verification's domain once it is done, where there are any. Who
    /// only looks on compares nothing: it would hold apply.
    default Optional<InvariantReport> compare(JobOrder order)
        throws SQLException, InterruptedException {
      return Optional.empty();
    }
  }

  JobWatch(JobReader reader, JobForm form, CommandSpec command) {
    this.reader = reader;
    this.form = form;
    this.command = command;
  }

  int follow(JobOrder order, Hands hands) throws SQLException, InterruptedException {
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
          int code = code(status, ExitCode.CRITERIA_NOT_MET);
          Optional<InvariantReport> invariants =
              status.standing().state() == JobState.DONE
                  ? compared(hands, status.order())
                  : Optional.empty();
          form.report(status, invariants).forEach(command.commandLine().getOut()::println);
          return worse(code, invariants.map(InvariantActions::code).orElse(ExitCode.OK));
        }
      }
      Thread.sleep(TURN);
    }
  }

  /// What the job itself came to is told even where the comparison fails.
  static Optional<InvariantReport> compared(Hands hands, JobOrder order)
      throws InterruptedException {
    String reason;
    try {
      return hands.compare(order);
    } catch (SQLException e) {
      reason = SweepRefusal.text(e);
    } catch (KafkaException e) {
      reason = e.getClass().getSimpleName() + ": " + e.getMessage();
    } catch (Refusal e) {
      reason = e.words();
    }
    return Optional.of(
        new InvariantReport(order.domain(), new Outcome.Unaligned(reason), Optional.empty()));
  }

  /// What was found counts before what was not looked at.
  static int worse(int one, int other) {
    boolean found = one == ExitCode.FOUND_OR_FAILED || other == ExitCode.FOUND_OR_FAILED;
    return found ? ExitCode.FOUND_OR_FAILED : Math.max(one, other);
  }

  /// @param unfinished the code of a job that has not come to its end
  static int code(JobStatus status, int unfinished) {
    JobState state = status.standing().state();
    boolean found = status.order().kind() == Kind.VERIFY && status.findings().count() > 0;
    boolean enough = state == JobState.CANCELLED && status.hasFoundEnough();
    return switch (state) {
      case DONE ->
          found
              ? ExitCode.FOUND_OR_FAILED
              : status.hasComparedAll() ? ExitCode.OK : ExitCode.CRITERIA_NOT_MET;
      case FAILED, CANCELLED -> enough ? ExitCode.FOUND_OR_FAILED : ExitCode.CRITERIA_NOT_MET;
      case PLANNED, RUNNING, PAUSED, THROTTLED -> unfinished;
    };
  }
}
