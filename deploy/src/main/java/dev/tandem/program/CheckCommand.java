package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationReader.Reach;
import dev.tandem.spec.Problem;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem check`: everything that is wrong with a spec.
@Command(
    name = "check",
    description =
        "Checks a spec whole, against both stores, and reports every problem with line, cause and"
            + " fix. Changes nothing.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(names = "--offline", description = "Open no connection: check what the files say.")
  private boolean offline;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    var problems =
        MigrationReader.check(spec.file(), System.getenv(), offline ? Reach.OFFLINE : Reach.ONLINE);
    var out = command.commandLine().getOut();
    if (json) {
      out.println(json(problems.all()));
    } else {
      problems.all().forEach(problem -> out.println(SpecFailures.line(problem)));
      out.println(SpecFailures.summary(problems.all()));
    }
    return problems.hasErrors() ? ExitCode.USAGE_OR_SPEC : ExitCode.OK;
  }

  static String json(List<Problem> problems) {
    var mapper = new ObjectMapper();
    var root = mapper.createObjectNode();
    root.put("ok", problems.stream().noneMatch(CheckCommand::isError));
    var list = root.putArray("problems");
    for (Problem problem : problems) {
      list.addObject()
          .put("severity", SpecFailures.severity(problem))
          .put("file", problem.place().file())
          .put("line", problem.place().line())
          .put("column", problem.place().column())
          .put("path", problem.path())
          .put("cause", problem.cause())
          .put("fix", problem.fix());
    }
    return root.toString();
  }

  private static boolean isError(Problem problem) {
    return problem.severity() == Problem.Severity.ERROR;
  }
}
