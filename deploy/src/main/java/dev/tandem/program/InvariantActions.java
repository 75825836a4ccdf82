package dev.tandem.program;

import dev.tandem.invariants.InvariantComparison;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.run.Migration;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/// Compares invariants for the command line; what is being done goes to standard error.
final class InvariantActions {
  private final InvariantComparison comparison;
  private final InvariantComparison.Terms terms;
  private final Actor actor;
  private final CommandSpec command;

  InvariantActions(
      Migration migration, InvariantComparison.Terms terms, String why, CommandSpec command) {
    this.comparison = new InvariantComparison(migration, Clock.systemUTC());
    this.terms = terms;
    this.actor = new Actor(Operator.name(), "command line", why);
    this.command = command;
  }

  InvariantReport compare(String domain) throws SQLException, InterruptedException {
    return comparison.compare(
        domain,
        actor,
        terms,
        doing -> command.commandLine().getErr().println("invariants of " + domain + ": " + doing));
  }

  /// After a verification of all of a domain, where the spec has some.
  Optional<InvariantReport> after(JobOrder order) throws SQLException, InterruptedException {
    boolean isMeant =
        order.kind() == JobOrder.Kind.VERIFY
            && order.scope().equals(JobScope.ALL)
            && comparison.has(order.domain());
    return isMeant ? Optional.of(compare(order.domain())) : Optional.empty();
  }

  static int code(InvariantReport report) {
    if (!report.isAligned()) {
      return ExitCode.CRITERIA_NOT_MET;
    }
    return report.isEqual() ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
  }
}
