package dev.tandem.program;

import dev.tandem.demo.Demo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `tandem demo`: a legacy shop is migrated while people order in it.
@Command(
    name = "demo",
    description =
        "Migrates a legacy shop of 200,000 rows while people order in it and, in the second half,"
            + " somebody damages its target; then compares both stores, and what was planted with"
            + " what was found. Exit code 0 only if the stores are equal, every fault was found as"
            + " what it is, none was invented and none is open. Starts everything itself.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = TimeText.class,
      defaultValue = "60s",
      description =
          "How long people use the shop, as 60s or 5m; at least until it is loaded and all faults are planted (default: ${DEFAULT-VALUE}).")
  private Duration howLong;

  @Option(names = "--json", description = "Print one JSON object at the end.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the demonstration lives; deleted before and after (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(".tandem", "demo");

  @Option(
      names = "--keep",
      description = "Leave the stack running and its data in place at the end.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    try (var stack = new ThrowawayStack(directory)) {
      if (keep) {
        stack.keep();
      }
      var err = command.commandLine().getErr();
      err.println("tandem: starting Kafka, two PostgreSQL servers and a schema registry");
      var address = stack.up().address();
      err.println("tandem: filling the legacy shop");
      var outcome = new Demo(address, stack.home().resolve("demo"), new DemoView(err)).run(howLong);
      var out = command.commandLine().getOut();
      (json ? DemoReport.json(outcome) : DemoReport.text(outcome)).forEach(out::println);
      return outcome.isRight() ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
    }
  }

  /// `90s`, `5m`, `1h`.
  static final class TimeText implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return Duration.parse("PT" + text.strip().toUpperCase(java.util.Locale.ROOT));
      } catch (java.time.format.DateTimeParseException e) {
        throw new TypeConversionException("expected a time as 60s or 5m, found '" + text + "'");
      }
    }
  }
}
