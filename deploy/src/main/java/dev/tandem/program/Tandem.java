package dev.tandem.program;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/// The command `tandem`, with everything below it.
@Command(
    name = "tandem",
    description = "Runs a legacy store and its successor side by side, and proves that they agree.",
    subcommands = {
      DemoCommand.class,
      CheckCommand.class,
      ContractsCommand.class,
      DoctorCommand.class,
      SetupCommand.class,
      RunCommand.class,
      StatusCommand.class,
      DivergencesCommand.class,
      LagCommand.class,
      RepairCommand.class,
      ReconcileCommand.class,
      DeadLettersCommand.class,
      ActionsCommand.class,
      DiffCommand.class,
      OutboxCommand.class,
      BackfillCommand.class,
      VerifyCommand.class,
      RebuildCommand.class,
      TeardownCommand.class,
      DevCommand.class,
      BenchCommand.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Tandem.Version.class,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and nothing was found",
      "1:something was found, or the command failed",
      "2:the command line or the spec is wrong",
      "3:the criteria asked for are not met"
    })
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
public final class Tandem implements Runnable {
  @Mixin private LogOptions logs;
  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(commands().execute(arguments));
  }

  /// The whole command line, ready to be executed.
  public static CommandLine commands() {
    var tandem = new Tandem();
    var commands = new CommandLine(tandem);
    commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commands.setExecutionStrategy(
        parsed -> {
          tandem.logs.apply();
          return new RunLast().execute(parsed);
        });
    commands.setExecutionExceptionHandler(new Failures(tandem.logs));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpAutoWidth(true);
    return commands;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  /// The version of the jar; a build that is not packed has none.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Tandem.class.getPackage().getImplementationVersion();
      return new String[] {"tandem " + (version == null ? "(not packed)" : version)};
    }
  }
}
