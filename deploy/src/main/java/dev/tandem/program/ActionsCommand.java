package dev.tandem.program;

import dev.tandem.answer.ActionJson;
import dev.tandem.answer.MomentText;
import dev.tandem.job.OperatorAction;
import dev.tandem.operate.ActionBook;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem actions`: who did what, and why.
@Command(
    name = "actions",
    description =
        "Says what operators did, at the command line and over HTTP, the newest first: who, what,"
            + " why, and what became of it. What stays ASKED was cut off, and may have been done or"
            + " not, or is under way.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class ActionsCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "No more than so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(
          command.commandLine(), "--limit: expected a number from 1, found " + limit);
    }
    var migration = spec.known("", command.commandLine().getErr()).migration();
    List<OperatorAction> actions =
        new ActionBook(migration, Clock.systemUTC()).read().stream().limit(limit).toList();
    var out = command.commandLine().getOut();
    if (json) {
      out.println(ActionJson.list(actions));
    } else if (actions.isEmpty()) {
      out.println("nobody has done anything yet");
    } else {
      actions.stream().flatMap(ActionsCommand::lines).forEach(out::println);
    }
    return ExitCode.OK;
  }

  private static Stream<String> lines(OperatorAction action) {
    var actor = action.actor();
    String did =
        "%s  %s (%s)  %s  %s"
            .formatted(
                MomentText.of(action.at()),
                actor.by(),
                actor.role(),
                action.what(),
                action.subject());
    String became =
        action.outcome() + (action.detail().isEmpty() ? "" : ": " + action.detail().strip());
    return actor.why().isEmpty()
        ? Stream.of(did, "    " + became)
        : Stream.of(did, "    why: " + actor.why(), "    " + became);
  }
}
