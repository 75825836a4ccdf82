package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.ledger.RepairChoice;
import dev.tandem.ledger.RepairRequests;
import dev.tandem.ledger.Selection;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.run.Migration;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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

  @Option(names = "--dry-run", description = "Ask for nothing: say what would be asked for.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Migration migration = spec.read();
    Selection selection = which.selection(migration.plan(), keyParts());
    DomainPlan domain = domain(migration, selection);
    if (limit != null && limit < 1) {
      throw wrong("--limit: expected a number from 1, found " + limit);
    }
    if (!dryRun && !despiteBrake && isStopped(migration, domain)) {
      return ExitCode.FOUND_OR_FAILED;
    }
    var ledger = new Ledger();
    String topic = new Topics(migration.name(), "").divergence();
    try (var reader = new LedgerReader(migration.kafka().objects(), topic)) {
      reader.toEnd(ledger::accept);
    }
    RepairChoice choice =
        RepairChoice.of(
            ledger.open().stream().filter(selection::holds).toList(),
            orphans,
            limit == null ? domain.budget().perMinute() : limit);
    if (!dryRun && !choice.requests().isEmpty()) {
      try (var requests = new RepairRequests(migration.kafka().objects(), migration.name())) {
        requests.send(choice.requests());
      }
    }
    var out = command.commandLine().getOut();
    if (json) {
      out.println(json(choice));
    } else {
      text(choice).forEach(out::println);
    }
    return ExitCode.OK;
  }

  /// Says so if it is. More of the same would spread a fault that is systematic.
  private boolean isStopped(Migration migration, DomainPlan domain) {
    int stopped =
        LagReader.recent(
                migration.kafka().objects(), domain.topics().reconciliationLag(), Clock.systemUTC())
            .domain(domain.name(), domain.partitions())
            .stopped();
    if (stopped > 0) {
      command
          .commandLine()
          .getErr()
          .println(
              "tandem: in "
                  + stopped
                  + " of "
                  + domain.partitions()
                  + " partitions repairs of "
                  + domain.name()
                  + " have stopped by themselves, since so many new divergences look like a fault"
                  + " of the mapping or of the target; fix: mend that first, or add"
                  + " --despite-brake");
    }
    return stopped > 0;
  }

  private DomainPlan domain(Migration migration, Selection selection) {
    String name =
        selection.domain().orElseThrow(() -> wrong("--domain: a repair is of one domain; name it"));
    return migration.plan().domains().stream()
        .filter(domain -> domain.name().equals(name))
        .findFirst()
        .orElseThrow();
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

  private String json(RepairChoice choice) {
    var root = new ObjectMapper().createObjectNode();
    root.put("dryRun", dryRun);
    var requests = root.putArray("requests");
    choice.requests().forEach(entry -> entry(requests.addObject(), entry));
    var left = root.putArray("leftOut");
    choice
        .passedOver()
        .forEach(
            it -> {
              var node = left.addObject();
              entry(node, it.entry());
              node.put("reason", it.reason());
            });
    root.put("more", choice.more());
    return root.toString();
  }

  private static void entry(ObjectNode node, LedgerEntry entry) {
    Divergence event = entry.event();
    node.put("id", event.id())
        .put("kind", event.kind().name())
        .put("entity", event.entity())
        .put("partition", event.context().partition())
        .put("remedy", event.context().remedy());
    var key = node.putObject("key");
    event.key().forEach(part -> key.put(part.field(), part.value()));
  }
}
