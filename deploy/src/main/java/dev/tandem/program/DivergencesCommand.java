package dev.tandem.program;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.answer.DivergenceJson;
import dev.tandem.generation.Generations;
import dev.tandem.ledger.DivergenceReport;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.ledger.Selection;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.run.Migration;
import dev.tandem.wire.Topics;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem divergences`: what differs, and what was found to differ.
@Command(
    name = "divergences",
    description =
        "Replays the ledger of divergences: counts by kind, then samples of each with the SQL that"
            + " shows the target's row. Ends with 1 if something is open. A domain that is not"
            + " compared now is named, and proves nothing; with --compared it ends with 3 then.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DivergencesCommand implements Callable<Integer> {
  private static final Duration TURN = Duration.ofSeconds(1);

  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;
  @Mixin private DivergenceOptions which;

  @Option(names = "--open", description = "What is open now, instead of the events.")
  private boolean openOnly;

  @Option(
      names = "--follow",
      description =
          "Print every event, one per line, and go on with what comes (with --open: first what is"
              + " open).")
  private boolean follow;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many of each kind are shown (default: ${DEFAULT-VALUE}).")
  private int samples = 3;

  @Option(
      names = "--json",
      description =
          "Print one JSON object, with --open of everything that is open; with --follow one per"
              + " event.")
  private boolean json;

  @Option(
      names = "--compared",
      description =
          "End with 3 where nothing is open, and a domain asked for is not being compared now: that"
              + " nothing is open proves something only if it ends with 0.")
  private boolean compared;

  @Option(
      names = "--generation",
      paramLabel = "N",
      description =
          "With --domain: of a generation that stands beside the live one, and has a ledger of its"
              + " own.")
  private @Nullable Integer generation;

  /// Whose ledger it is: the migration's own, or that of a generation beside.
  ///
  /// @param generations that tell former tables from the live ones
  private record Of(MigrationPlan plan, Topics topics, Generations generations) {}

  @Override
  public Integer call() throws SQLException {
    if (compared && follow) {
      throw new ParameterException(
          command.commandLine(),
          "--compared is about what was found by now, and --follow goes on; fix: leave one out");
    }
    Migration migration = spec.read();
    Selection selection = which.selection(migration.plan(), List.of());
    Of of = of(migration, selection);
    if (!follow) {
      return report(migration, of, selection);
    }
    try (var reader = new LedgerReader(migration.kafka().objects(), of.topics.divergence())) {
      return new Run(reader, selection, of).follow();
    }
  }

  private Of of(Migration migration, Selection selection) throws SQLException {
    if (generation == null) {
      return new Of(migration.plan(), new Topics(migration.name(), ""), migration.generations());
    }
    int number = generation;
    DomainPlan beside =
        migration.plan().domains().stream()
            .filter(domain -> selection.domain().filter(domain.name()::equals).isPresent())
            .findFirst()
            .filter(_ -> number > 0)
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(),
                        "--generation: expected a number from 1, and --domain to say whose it is"))
            .beside(number);
    return new Of(
        new MigrationPlan(migration.name(), List.of(beside)), beside.topics(), Generations.NONE);
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  private int report(Migration migration, Of of, Selection selection) {
    var source =
        new DivergenceReport.Source(
            of.plan,
            migration.kafka().objects(),
            of.topics.divergence(),
            of.topics.reconciliationLag(),
            of.generations);
    var report = DivergenceReport.read(source, selection, samples);
    var queries = new TargetQuery(of.plan);
    if (json) {
      out().println(json(migration.name(), report, new DivergenceJson(queries)));
    } else {
      var form = new DivergenceText(queries, samples);
      (openOnly ? form.open(report) : form.events(report.tally(), report.open().size()))
          .forEach(out()::println);
      DivergenceText.uncompared(report.uncompared()).forEach(out()::println);
      warnOfUnreadable(report.unreadable());
    }
    int ended = ended(report.open(), report.unreadable());
    return ended == ExitCode.OK && compared && !report.isCompared()
        ? ExitCode.CRITERIA_NOT_MET
        : ended;
  }

  private ObjectNode json(String migration, DivergenceReport report, DivergenceJson form) {
    return openOnly ? form.open(migration, report) : form.events(migration, report);
  }

  private static int ended(List<LedgerEntry> open, long unreadable) {
    return open.isEmpty() && unreadable == 0 ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
  }

  private void warnOfUnreadable(long unreadable) {
    if (unreadable > 0) {
      command
          .commandLine()
          .getErr()
          .println(
              "tandem: "
                  + unreadable
                  + " records of the ledger are no events that this version reads");
    }
  }

  /// One answer that goes on.
  private final class Run {
    private final LedgerReader reader;
    private final Selection selection;
    private final TargetQuery queries;
    private final Generations generations;
    private final Ledger ledger = new Ledger();

    Run(LedgerReader reader, Selection selection, Of of) {
      this.reader = reader;
      this.selection = selection;
      this.queries = new TargetQuery(of.plan);
      this.generations = of.generations;
    }

    /// Until it is interrupted.
    int follow() {
      try {
        reader.toEnd(entry -> take(entry, !openOnly));
        if (openOnly) {
          ledger.open(generations).forEach(this::print);
        }
        while (!Thread.currentThread().isInterrupted()) {
          reader.next(TURN, entry -> take(entry, true));
        }
      } catch (InterruptException e) {
        Thread.currentThread().interrupt();
      }
      warnOfUnreadable(reader.unreadable());
      return ended(ledger.open(generations), reader.unreadable());
    }

    private void take(LedgerEntry entry, boolean shown) {
      if (selection.holds(entry)) {
        ledger.accept(entry);
        if (shown) {
          print(entry);
        }
      }
    }

    private void print(LedgerEntry entry) {
      out()
          .println(
              json
                  ? new DivergenceJson(queries).event(entry).toString()
                  : DivergenceText.event(entry));
    }
  }
}
