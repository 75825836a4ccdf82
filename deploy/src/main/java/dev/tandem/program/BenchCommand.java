package dev.tandem.program;

import dev.tandem.bench.Bench;
import dev.tandem.bench.Chapter;
import dev.tandem.bench.PeerLibraries;
import dev.tandem.bench.ResultPage;
import dev.tandem.bench.Runs;
import dev.tandem.bench.Scaling;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
        "Measures on this machine how fast the pipeline loads, drains, compares, backfills and"
            + " restores, what a change costs in processor time by step, its lag at steady rates,"
            + " and what it takes where nothing happens.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--quick",
      description =
          "A tenth of the work, for a first look; what is idle is not looked at unless --only says"
              + " so.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description =
          "Which of ${COMPLETION-CANDIDATES}, in any case (default: all). What they need is done"
              + " without being measured.")
  private Set<Chapter> only = EnumSet.noneOf(Chapter.class);

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "Do it all so many times, each on a new stack; medians, the least and the most are told"
              + " (default: ${DEFAULT-VALUE}).")
  private int runs = 1;

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
    if (runs < 1) {
      throw new ParameterException(
          command.commandLine(), "--runs: expected 1 or more, found " + runs);
    }
    if (scaling) {
      return scaled();
    }
    var results = new ArrayList<Bench.Result>();
    for (int run = 1; run <= runs; run++) {
      results.add(run(run));
    }
    var all = new Runs(results);
    print(json ? List.of(BenchJson.of(all)) : text(all));
    if (html != null) {
      Files.writeString(html, ResultPage.of(all));
    }
    return ExitCode.OK;
  }

  private Integer scaled() throws Exception {
    if (peers || html != null || runs > 1 || !only.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "--scaling: has neither --peers, --html, --runs nor --only");
    }
    PrintWriter err = command.commandLine().getErr();
    try (var stack = new ThrowawayStack(directory)) {
      var result =
          new Scaling(stack.up(), stack.home(), what -> err.println("tandem: " + what))
              .run((quick ? Bench.Size.QUICK : Bench.Size.WHOLE).updates());
      print(json ? List.of(ScalingForm.json(result)) : ScalingForm.text(result));
    }
    return ExitCode.OK;
  }

  private void print(List<String> lines) {
    lines.forEach(command.commandLine().getOut()::println);
  }

  private Bench.Result run(int number) throws Exception {
    PrintWriter err = command.commandLine().getErr();
    if (runs > 1) {
      err.println("tandem: run " + number + " of " + runs);
    }
    try (var stack = new ThrowawayStack(directory)) {
      var bench =
          new Bench(
              stack.up(),
              stack.home(),
              peers ? Optional.of(PeerLibraries.ofProgram()) : Optional.empty(),
              Tandem.class.getName(),
              what -> err.println("tandem: " + what));
      return bench.run(quick ? Bench.Size.QUICK : Bench.Size.WHOLE, wanted());
    }
  }

  private Set<Chapter> wanted() {
    if (!only.isEmpty()) {
      return only;
    }
    var all = EnumSet.allOf(Chapter.class);
    if (quick) {
      all.remove(Chapter.IDLE);
    }
    return all;
  }

  private List<String> text(Runs all) {
    var lines = new ArrayList<>(BenchForm.text(all));
    if (peers) {
      lines.addAll(BenchForm.settings());
    }
    return lines;
  }
}
