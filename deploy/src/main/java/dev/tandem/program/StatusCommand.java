package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.ledger.Uncompared;
import dev.tandem.run.Migration;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.SchemaNotices;
import dev.tandem.status.StatusReader;
import dev.tandem.status.SweepStatus;
import dev.tandem.wire.Divergence.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem status`: where a migration stands.
@Command(
    name = "status",
    description =
        "Says per domain what is captured, translated and applied, and how far the target is behind.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    var migration = spec.read();
    try (var reader =
        new StatusReader(
            migration.plan(),
            migration.stores().target(),
            migration.kafka().objects(),
            Clock.systemUTC())) {
      var domains = reader.read();
      var both = new Both(reader.capture(), reader.observe());
      var ledger = new Ledger(reader.openDivergences(), reader.uncompared());
      List<JobStatus> jobs = ledger.open().isPresent() ? jobs(migration) : List.of();
      Collection<SchemaChanged> schema =
          SchemaNotices.last(migration.kafka().objects(), migration.name());
      var out = command.commandLine().getOut();
      if (json) {
        var root = json(migration.name(), domains, both, ledger);
        root.set("jobs", JobJson.list(jobs).path("jobs"));
        schema(root, schema);
        out.println(root);
      } else {
        print(domains, both, ledger).forEach(out::println);
        schema.forEach(change -> out.println(line(change)));
        jobs.stream()
            .filter(status -> !status.standing().state().isFinal())
            .forEach(status -> out.println("job " + JobText.summary(status)));
      }
      return both.isProven() ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
    }
  }

  private static String line(SchemaChanged change) {
    return "schema of "
        + change.table()
        + " changed for "
        + change.domain()
        + " at "
        + change.lsn()
        + " ("
        + instant(change)
        + "): "
        + String.join(", ", change.changes())
        + (change.finding().isEmpty() ? "; followed" : "; NOT FOLLOWED: " + change.finding());
  }

  private static Instant instant(SchemaChanged change) {
    return Instant.EPOCH.plus(change.at(), ChronoUnit.MICROS);
  }

  private static void schema(ObjectNode root, Collection<SchemaChanged> changes) {
    var list = root.putArray("schemaChanges");
    for (SchemaChanged change : changes) {
      var node =
          list.addObject()
              .put("domain", change.domain())
              .put("table", change.table().toString())
              .put("lsn", change.lsn())
              .put("at", instant(change).toString())
              .put("touched", change.isTouched())
              .put("finding", change.finding());
      change.changes().forEach(node.putArray("changes")::add);
      change.reads().forEach(node.putArray("reads")::add);
    }
  }

  private static List<JobStatus> jobs(Migration migration) {
    try (var reader =
        new JobReader(migration.plan(), migration.kafka().objects(), Clock.systemUTC())) {
      return reader.read(_ -> true);
    }
  }

  /// Where the captures of both stores stand.
  private record Both(SweepStatus legacy, SweepStatus target) {
    private boolean isProven() {
      return legacy.unproven().isEmpty() && target.unproven().isEmpty();
    }
  }

  /// What the ledger says, and of which domains that proves nothing.
  private record Ledger(Optional<Map<String, Map<Kind, Long>>> open, List<Uncompared> uncompared) {}

  private List<String> print(List<DomainStatus> domains, Both both, Ledger ledger) {
    var lines = new ArrayList<String>();
    lines.add(
        "%-16s %12s %12s %12s %10s %9s %12s"
            .formatted(
                "domain",
                "captured",
                "translated",
                "applied",
                "pending",
                "behind",
                "dead letters"));
    for (DomainStatus domain : domains) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-16s %,12d %,12d %,12d %,10d %8.1fs %,12d",
              domain.domain(),
              domain.captured(),
              domain.translated(),
              domain.applied(),
              domain.pending(),
              domain.behind().toMillis() / 1000.0,
              domain.deadLetters()));
    }
    ledger
        .open()
        .ifPresentOrElse(
            open ->
                open.forEach(
                    (domain, kinds) -> lines.add("open in " + domain + ": " + kinds(kinds))),
            () ->
                lines.add("divergences: there is no ledger; fix: " + spec.in("tandem setup SPEC")));
    lines.addAll(DivergenceText.uncompared(ledger.uncompared()));
    print("legacy", both.legacy(), lines);
    print("target", both.target(), lines);
    return lines;
  }

  private static void print(String store, SweepStatus status, List<String> lines) {
    lines.add(
        store + " captured up to " + (status.proven().isEmpty() ? "nothing yet" : status.proven()));
    status.tables().forEach(table -> lines.add(store + " sweep of " + table));
    status.unproven().ifPresent(reason -> lines.add("UNPROVEN " + store + ": " + reason));
  }

  private static String kinds(Map<Kind, Long> kinds) {
    return kinds.entrySet().stream()
        .map(kind -> String.format(Locale.ROOT, "%s %,d", kind.getKey(), kind.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static ObjectNode json(
      String migration, List<DomainStatus> domains, Both both, Ledger ledger) {
    var root = new ObjectMapper().createObjectNode();
    root.put("migration", migration);
    capture(root, both.legacy());
    capture(root.putObject("observed"), both.target());
    var list = root.putArray("domains");
    for (DomainStatus domain : domains) {
      var node = list.addObject();
      ledger
          .open()
          .ifPresent(
              open ->
                  DivergenceJson.kinds(
                      node.putObject("openDivergences"),
                      open.getOrDefault(domain.domain(), Map.of())));
      node.put("domain", domain.domain())
          .put("captured", domain.captured())
          .put("translated", domain.translated())
          .put("applied", domain.applied())
          .put("pending", domain.pending())
          .put("behindMs", domain.behind().toMillis())
          .put("deadLetters", domain.deadLetters());
    }
    DivergenceJson.uncompared(root, ledger.uncompared());
    return root;
  }

  private static void capture(ObjectNode root, SweepStatus capture) {
    root.put("proven", capture.proven());
    capture.unproven().ifPresent(reason -> root.put("unproven", reason));
    var sweeps = root.putArray("sweeps");
    for (SweepStatus.Table table : capture.tables()) {
      sweeps
          .addObject()
          .put("table", table.table())
          .put("rows", table.rows())
          .put("estimate", table.estimate())
          .put("ended", table.ended());
    }
  }
}
