package dev.tandem.program;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tandem.operate.ComparisonReset;
import dev.tandem.operate.ComparisonReset.Removed;
import dev.tandem.operate.Recording.End;
import dev.tandem.operate.Refusal;
import dev.tandem.run.Migration;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tandem reconcile`: begins a comparison anew.
@Command(
    name = "reconcile",
    description = {
      "reset begins the comparison of a domain anew, where other fields are compared, a target"
          + " column has another type, or a newer program says that it cannot go on with what was"
          + " kept. Closes in the ledger what is open, and removes the comparison's consumer group"
          + " and changelogs; what differs still is opened again when the domain is compared."
          + " Stop the processes with the role reconcile first."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class ReconcileCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  enum Action {
    RESET
  }

  @Parameters(index = "1", paramLabel = "ACTION", description = "reset.")
  private Action action;

  @Option(names = "--domain", paramLabel = "DOMAIN", required = true, description = "Of this one.")
  private String domain;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Why; it is kept in the control topic.")
  private String why;

  @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws SQLException {
    return switch (action) {
      case RESET -> reset();
    };
  }

  private int reset() throws SQLException {
    if (!dryRun && why.isBlank()) {
      throw Refusal.wrong("--why: say why the comparison is begun anew");
    }
    Migration migration = spec.read();
    var reset = new ComparisonReset(migration, Clock.systemUTC());
    Removed removed =
        dryRun
            ? reset.plan(domain)
            : new Recorded(migration, why)
                .of(
                    "comparison.reset",
                    "domain " + domain,
                    () -> reset.reset(domain),
                    done -> End.done(done.closed() + " divergences closed"));
    var out = command.commandLine().getOut();
    if (json) {
      var root = JsonNodeFactory.instance.objectNode();
      root.put("domain", domain).put("group", removed.group()).put("closed", removed.closed());
      removed.topics().forEach(root.putArray("topics")::add);
      out.println(root.put("dryRun", dryRun));
    } else {
      String verb = dryRun ? "would remove " : "removed ";
      out.println(verb + "group " + removed.group());
      removed.topics().forEach(topic -> out.println(verb + "topic " + topic));
      out.println((dryRun ? "would close " : "closed ") + removed.closed() + " in the ledger");
    }
    return ExitCode.OK;
  }
}
