package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.bench.Bench;
import dev.tandem.bench.Measured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem bench`: measures the pipeline on this machine.
@Command(
    name = "bench",
    description =
        "Measures on this machine how fast the pipeline loads and drains, what a change costs in"
            + " processor time by step, and its lag under a steady load.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(names = "--quick", description = "A tenth of the work, for a first look.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the stack lives; deleted before and after (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(".tandem", "bench");

  @Override
  public Integer call() throws Exception {
    try (var stack = new ThrowawayStack(directory)) {
      var err = command.commandLine().getErr();
      var running = stack.up();
      var bench = new Bench(running, stack.home(), what -> err.println("tandem: " + what));
      var result =
          bench.run(
              quick
                  ? new Bench.Size(30_000, 2_000, Duration.ofSeconds(10))
                  : new Bench.Size(300_000, 2_000, Duration.ofSeconds(30)));
      var out = command.commandLine().getOut();
      (json ? List.of(json(result)) : text(result)).forEach(out::println);
      return ExitCode.OK;
    }
  }

  private static List<String> text(Bench.Result result) {
    var lines = new ArrayList<String>();
    lines.add(
        "%-52s %10s %12s %14s %14s"
            .formatted("", "seconds", "per second", "µs of Tandem", "µs of stack"));
    for (Measured m : result.measured()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-52s %10.1f %,12.0f %14.1f %14.1f",
              m.what(),
              m.took().toMillis() / 1e3,
              m.perSecond(),
              m.programMicros(),
              m.stackMicros()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d changes per second: lag p50 %d ms, p99 %d ms, max %d ms",
            result.steadyRate(),
            result.lag().p50().toMillis(),
            result.lag().p99().toMillis(),
            result.lag().max().toMillis()));
    lines.add(
        String.format(
            Locale.ROOT,
            "local state of an entity of one row: translation %,d bytes, reconciliation %,d bytes",
            result.disk().translation(),
            result.disk().reconciliation()));
    return lines;
  }

  private static String json(Bench.Result result) {
    var root = new ObjectMapper().createObjectNode();
    root.put("processors", Runtime.getRuntime().availableProcessors());
    var list = root.putArray("measured");
    for (Measured m : result.measured()) {
      list.addObject()
          .put("what", m.what())
          .put("changes", m.changes())
          .put("seconds", m.took().toMillis() / 1e3)
          .put("perSecond", m.perSecond())
          .put("programMicros", m.programMicros())
          .put("stackMicros", m.stackMicros());
    }
    root.putObject("steady")
        .put("perSecond", result.steadyRate())
        .put("lagP50Ms", result.lag().p50().toMillis())
        .put("lagP99Ms", result.lag().p99().toMillis())
        .put("lagMaxMs", result.lag().max().toMillis());
    root.putObject("stateBytesPerEntity")
        .put("translation", result.disk().translation())
        .put("reconciliation", result.disk().reconciliation());
    return root.toString();
  }
}
