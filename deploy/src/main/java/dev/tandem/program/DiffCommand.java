package dev.tandem.program;

import dev.tandem.diff.OutboxReplay;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem diff`: what another mapping would change, before it is rolled out.
@Command(
    name = "diff",
    description =
        "Replays the retained outbox through the mapping in use and through another one, and says"
            + " what that would change, by entity, field and tenant, with samples. Writes nothing."
            + " Ends with 1 if anything would be another way, with 3 if something could not be"
            + " compared.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(
      names = "--against",
      paramLabel = "NEW_SPEC",
      required = true,
      description = "The spec with the other mapping, of the same migration.")
  private Path against;

  @Option(names = "--domain", paramLabel = "DOMAIN", description = "Only this domain.")
  private @Nullable String domain;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How many samples of each way to change, by entity (default: ${DEFAULT-VALUE}). Values"
              + " of fields that the spec marks sensitive are not shown.")
  private int samples;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Migration before = spec.read();
    Migration after = MigrationReader.read(against, System.getenv());
    requireSameMigration(before, after);
    var replay =
        new OutboxReplay(before.kafka().objects(), before.kafka().registryClient(), this::say);
    var results = new ArrayList<OutboxReplay.Result>();
    var unmatched = new ArrayList<String>();
    for (DomainPlan plan : chosen(before)) {
      Optional<DomainPlan> other = domain(after, plan.name());
      if (other.isPresent()) {
        results.add(replay.compare(plan, other.get(), samples));
      } else {
        unmatched.add(plan.name());
      }
    }
    var form = new DiffForm(before.name(), results, unmatched);
    var out = command.commandLine().getOut();
    (json ? List.of(form.json()) : form.text()).forEach(out::println);
    return ended(results);
  }

  private static int ended(List<OutboxReplay.Result> results) {
    if (results.stream().anyMatch(result -> !result.missing().isEmpty())) {
      return ExitCode.CRITERIA_NOT_MET;
    }
    return results.stream().anyMatch(OutboxReplay.Result::isDifferent)
        ? ExitCode.FOUND_OR_FAILED
        : ExitCode.OK;
  }

  private void requireSameMigration(Migration before, Migration after) {
    if (!before.name().equals(after.name())) {
      throw new ParameterException(
          command.commandLine(),
          "expected a spec of migration "
              + before.name()
              + ", found one of "
              + after.name()
              + ": "
              + against);
    }
  }

  private List<DomainPlan> chosen(Migration migration) {
    if (domain == null) {
      return migration.compared().domains();
    }
    return List.of(
        domain(migration, domain)
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(),
                        "no domain "
                            + domain
                            + " in "
                            + spec.file()
                            + "; it has "
                            + names(migration))));
  }

  private static List<String> names(Migration migration) {
    return migration.plan().domains().stream().map(DomainPlan::name).toList();
  }

  private static Optional<DomainPlan> domain(Migration migration, String name) {
    return migration.compared().domains().stream()
        .filter(plan -> plan.name().equals(name))
        .findFirst();
  }

  private void say(String partition, long read, long all) {
    command
        .commandLine()
        .getErr()
        .println(
            String.format(
                Locale.ROOT, "tandem: %s: %,d of %,d offsets read", partition, read, all));
  }
}
