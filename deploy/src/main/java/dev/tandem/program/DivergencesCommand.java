package dev.tandem.program;

import dev.tandem.ledger.EventTally;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.ledger.Selection;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.ledger.Uncompared;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.run.Migration;
import dev.tandem.wire.Topics;
import java.io.PrintWriter;
import java.time.Clock;
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
            + " shows the target's row. Ends with 1 if something is open.",
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
      names = "--generation",
      paramLabel = "N",
      description =
          "With --domain: of a generation that stands beside the live one, and has a ledger of its"
              + " own.")
  private @Nullable Integer generation;

  /// Whose ledger it is: the migration's own, or that of a generation beside.
  private record Of(MigrationPlan plan, Topics topics) {}

  @Override
  public Integer call() {
    Migration migration = spec.read();
    Selection selection = which.selection(migration.plan(), List.of());
    Of of = of(migration, selection);
    try (var reader = new LedgerReader(migration.kafka().objects(), of.topics.divergence())) {
      var run = new Run(reader, selection, migration, of);
      return follow ? run.follow() : run.report();
    }
  }

  private Of of(Migration migration, Selection selection) {
    if (generation == null) {
      return new Of(migration.plan(), new Topics(migration.name(), ""));
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
    return new Of(new MigrationPlan(migration.name(), List.of(beside)), beside.topics());
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  /// One answer.
  private final class Run {
    private final LedgerReader reader;
    private final Selection selection;
    private final Migration migration;
    private final Of of;
    private final TargetQuery queries;
    private final Ledger ledger = new Ledger();

    Run(LedgerReader reader, Selection selection, Migration migration, Of of) {
      this.reader = reader;
      this.selection = selection;
      this.migration = migration;
      this.of = of;
      this.queries = new TargetQuery(of.plan);
    }

    int report() {
      var tally = new EventTally(samples);
      reader.toEnd(
          entry -> {
            if (selection.holds(entry)) {
              ledger.accept(entry);
              tally.accept(entry);
            }
          });
      List<LedgerEntry> open = ledger.open();
      List<Uncompared> uncompared = uncompared();
      if (json) {
        var form = new DivergenceJson(queries);
        var root =
            openOnly
                ? form.open(migration.name(), open)
                : form.events(migration.name(), tally, open);
        DivergenceJson.uncompared(root, uncompared);
        out().println(root.put("unreadable", reader.unreadable()));
      } else {
        var form = new DivergenceText(queries, samples);
        (openOnly ? form.open(open) : form.events(tally, open.size())).forEach(out()::println);
        DivergenceText.uncompared(uncompared).forEach(out()::println);
        warnOfUnreadable();
      }
      return ended();
    }

    /// Of which of the selected domains an empty ledger proves nothing.
    private List<Uncompared> uncompared() {
      String topic = of.topics.reconciliationLag();
      return Uncompared.among(
          of.plan.domains().stream()
              .filter(it -> selection.domain().map(it.name()::equals).orElse(true))
              .toList(),
          LagReader.recent(migration.kafka().objects(), topic, Clock.systemUTC()));
    }

    /// Until it is interrupted.
    int follow() {
      try {
        reader.toEnd(entry -> take(entry, !openOnly));
        if (openOnly) {
          ledger.open().forEach(this::print);
        }
        while (!Thread.currentThread().isInterrupted()) {
          reader.next(TURN, entry -> take(entry, true));
        }
      } catch (InterruptException e) {
        Thread.currentThread().interrupt();
      }
      warnOfUnreadable();
      return ended();
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

    private int ended() {
      return ledger.open().isEmpty() && reader.unreadable() == 0
          ? ExitCode.OK
          : ExitCode.FOUND_OR_FAILED;
    }

    private void warnOfUnreadable() {
      if (reader.unreadable() > 0) {
        command
            .commandLine()
            .getErr()
            .println(
                "tandem: "
                    + reader.unreadable()
                    + " records of the ledger are no events that this version reads");
      }
    }
  }
}
