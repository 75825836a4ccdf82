package dev.tandem.program;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tandem.audit.OutboxAudit;
import dev.tandem.audit.OutboxAudit.Found;
import dev.tandem.operate.Domains;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem outbox`: whether what was captured stands in the outbox as it must.
@Command(
    name = "outbox",
    description =
        "Reads outbox topics whole and counts what must not be there: changes that stand there"
            + " twice, that go back in commit order, and transactions whose end is not marked. What"
            + " is missing it cannot know: --transactions writes the ids of all that are there, to"
            + " be compared with what the legacy store knows of its own. Ends with 1 if a topic is"
            + " not sound.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class OutboxCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(names = "--domain", paramLabel = "DOMAIN", description = "Only of this domain.")
  private @Nullable String domain;

  @Option(
      names = "--transactions",
      paramLabel = "FILE",
      description = "Where to write the ids of the transactions, one in a line.")
  private @Nullable Path transactions;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, SQLException {
    Migration migration = spec.read();
    if (domain != null) {
      var _ = Domains.named(migration.plan(), domain);
    }
    List<DomainPlan> domains =
        migration.generations().captured(migration.plan()).domains().stream()
            .filter(each -> domain == null || each.name().equals(domain))
            .toList();
    var audit = new OutboxAudit(migration.kafka().objects(), migration.kafka().registryClient());
    Map<String, Found> found = new LinkedHashMap<>();
    for (DomainPlan each : domains) {
      found.put(each.topics().outbox(), audit.read(each.topics().outbox()));
    }
    if (transactions != null) {
      var ids = new TreeSet<Long>();
      found.values().forEach(each -> ids.addAll(each.transactions()));
      Files.write(transactions, ids.stream().map(String::valueOf).toList());
    }
    print(found);
    return found.values().stream().allMatch(Found::isSound)
        ? ExitCode.OK
        : ExitCode.FOUND_OR_FAILED;
  }

  private void print(Map<String, Found> found) {
    var out = command.commandLine().getOut();
    if (json) {
      var root = JsonNodeFactory.instance.objectNode();
      found.forEach(
          (topic, counts) ->
              root.putObject(topic)
                  .put("changes", counts.changes())
                  .put("transactions", counts.transactions().size())
                  .put("twice", counts.twice())
                  .put("back", counts.back())
                  .put("unmarkedEnds", counts.unmarked())
                  .put("open", counts.open()));
      out.println(root);
    } else {
      found.forEach(
          (topic, counts) ->
              out.println(
                  String.format(
                      Locale.ROOT,
                      "%s: %,d changes of %,d transactions; twice %,d, back %,d, ends not marked"
                          + " %,d, open at the end %,d",
                      topic,
                      counts.changes(),
                      counts.transactions().size(),
                      counts.twice(),
                      counts.back(),
                      counts.unmarked(),
                      counts.open())));
    }
  }
}
