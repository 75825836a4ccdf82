package dev.tandem.program;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tandem backfill`: has legacy rows read into the outbox again.
@Command(
    name = "backfill",
    description =
        "Has the legacy rows of a domain read into the outbox again, as a job that can be paused"
            + " and survives restarts. What the target does not have as it should be is written;"
            + " equal stores are left alone.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class BackfillCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Parameters(
      index = "1",
      paramLabel = "ACTION",
      description = "One of ${COMPLETION-CANDIDATES}, in any case.")
  private JobOptions.Action action;

  @Mixin private JobOptions options;

  @Override
  public Integer call() throws Exception {
    var asked = new JobActions.Asked(options);
    return new JobActions(spec.read(), spec, asked, command).run(action);
  }
}
