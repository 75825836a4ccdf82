package dev.tandem.program;

import dev.tandem.answer.RepairJson;
import dev.tandem.ledger.RepairChoice;
import dev.tandem.ledger.Selection;
import dev.tandem.operate.Recording.End;
import dev.tandem.operate.RepairAsking;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.run.Migration;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.KeyPart;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem repair`: asks for repairs of what is open.
@Command(
    name = "repair",
    description =
        "Asks translation to forward the current record of what is open once more. It reaches the"
            + " target through the usual way, and the divergence closes when the target was"
            + " observed to be equal.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class RepairCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;
  @Mixin private DivergenceOptions which;

  @Option(
      names = "--key",
      paramLabel = "FIELD=VALUE",
      description = "Only of the entity with this key; once for each of its fields.")
  private List<String> key = List.of();

  @Option(
      names = "--orphans",
      paramLabel = "POLICY",
      description =
          "Whether to ask also for what deletes target rows: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private Orphans orphans = Orphans.REPORT;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Ask for no more than this many entities (default: the domain's repair budget of a"
              + " minute).")
  private @Nullable Integer limit;

  @Option(
      names = "--despite-brake",
      description = "Ask although the domain's repairs have stopped by themselves.")
  private boolean despiteBrake;

  @Mixin private WhyOption why;

  @Option(names = "--dry-run", description = "Ask for nothing: say what would be asked for.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws SQLException {
    Migration migration = spec.read();
    Selection selection = which.selection(migration.plan(), keyParts());
    var request =
        new RepairAsking.Request(
            selection, orphans, limit == null ? OptionalInt.empty() : OptionalInt.of(limit));
    var asking = new RepairAsking(migration, Clock.systemUTC());
    asking.require(request);
    RepairChoice choice = dryRun ? asking.choose(request) : ask(migration, asking, request);
    var out = command.commandLine().getOut();
    if (json) {
      out.println(dryRun ? RepairJson.planned(choice) : RepairJson.asked(choice));
    } else {
      text(choice).forEach(out::println);
    }
    return ExitCode.OK;
  }

  private RepairChoice ask(Migration migration, RepairAsking asking, RepairAsking.Request request)
      throws SQLException {
    var brake = despiteBrake ? RepairAsking.Brake.OVERRIDDEN : RepairAsking.Brake.HEEDED;
    var selection = request.selection();
    return new Recorded(migration, why.text())
        .of(
            "repairs.ask",
            "domain "
                + selection.domain().orElse("")
                + selection.kind().map(kind -> ", kind " + kind).orElse(""),
            () -> asking.ask(request, brake),
            choice -> End.done("asked for " + choice.requests().size() + " repairs"));
  }

  private List<KeyPart> keyParts() {
    var parts = new ArrayList<KeyPart>();
    for (String text : key) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw wrong("--key: expected FIELD=VALUE, found '" + text + "'");
      }
      parts.add(new KeyPart(text.substring(0, equals), text.substring(equals + 1)));
    }
    return parts;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private List<String> text(RepairChoice choice) {
    var lines = new ArrayList<String>();
    String verb = dryRun ? "would ask" : "asked";
    choice.requests().forEach(entry -> lines.add(verb + "  " + line(entry.event())));
    choice
        .passedOver()
        .forEach(it -> lines.add("left out  " + line(it.entry().event()) + "\n    " + it.reason()));
    if (choice.more() > 0) {
      lines.add(choice.more() + " more are open: run it again, or raise --limit");
    }
    lines.add(
        verb
            + " for "
            + choice.requests().size()
            + (choice.requests().size() == 1 ? " repair" : " repairs")
            + (choice.passedOver().isEmpty() ? "" : ", left out " + choice.passedOver().size()));
    return lines;
  }

  private static String line(Divergence event) {
    return event.kind()
        + " "
        + DivergenceText.name(event)
        + ", partition "
        + event.context().partition()
        + (event.context().remedy().isEmpty() ? "" : ": " + event.context().remedy());
  }
}
