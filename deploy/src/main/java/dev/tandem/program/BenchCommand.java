package dev.tandem.program;

import dev.tandem.bench.Bench;
import dev.tandem.bench.PeerLibraries;
import dev.tandem.bench.ResultPage;
import dev.tandem.bench.Scaling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      names = "--peers",
      description =
          "Compare with PostgreSQL's own replication, Debezium's snapshots, and Debezium with its"
              + " JDBC sink on Kafka Connect, in the same run; prints how they are set up.")
  private boolean peers;

  @Option(
      names = "--scaling",
      description =
          "Measure translation and reconciliation alone instead, with 1, 2 and 4 threads, and say"
              + " what a million changes per second would need.")
  private boolean scaling;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the result with pictures into one HTML file, which needs no network.")
  private @Nullable Path html;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the stack lives; deleted before and after (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(".tandem", "bench");

  @Override
  public Integer call() throws Exception {
    if (scaling && (peers || html != null)) {
      throw new ParameterException(
          command.commandLine(), "--scaling: has neither --peers nor --html");
    }
    try (var stack = new ThrowawayStack(directory)) {
      var err = command.commandLine().getErr();
      var running = stack.up();
      if (scaling) {
        var result =
            new Scaling(running, stack.home(), what -> err.println("tandem: " + what))
                .run(quick ? 30_000 : 300_000);
        print(json ? List.of(ScalingForm.json(result)) : ScalingForm.text(result));
        return ExitCode.OK;
      }
      var bench =
          new Bench(
              running,
              stack.home(),
              peers ? Optional.of(PeerLibraries.ofProgram()) : Optional.empty(),
              what -> err.println("tandem: " + what));
      var result =
          bench.run(
              quick
                  ? new Bench.Size(30_000, 2_000, Duration.ofSeconds(10))
                  : new Bench.Size(300_000, 2_000, Duration.ofSeconds(30)));
      print(json ? List.of(BenchForm.json(result)) : text(result));
      if (html != null) {
        Files.writeString(html, ResultPage.of(result));
      }
      return ExitCode.OK;
    }
  }

  private void print(List<String> lines) {
    lines.forEach(command.commandLine().getOut()::println);
  }

  private List<String> text(Bench.Result result) {
    var lines = new ArrayList<>(BenchForm.text(result));
    if (peers) {
      lines.addAll(BenchForm.settings());
    }
    return lines;
  }
}
