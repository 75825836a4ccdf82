package dev.tandem.program;

import dev.tandem.answer.MomentText;
import dev.tandem.answer.StatusJson;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.MigrationStatus;
import dev.tandem.status.SweepStatus;
import dev.tandem.wire.Divergence.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    var known = spec.known(": sweeps are left out", command.commandLine().getErr());
    var status = MigrationStatus.read(known.migration(), Clock.systemUTC());
    var out = command.commandLine().getOut();
    if (json) {
      out.println(StatusJson.of(status));
    } else {
      print(status).forEach(out::println);
      status.schema().forEach(change -> out.println(line(change)));
      status.jobs().stream()
          .filter(job -> !job.standing().state().isFinal())
          .forEach(job -> out.println("job " + JobText.summary(job)));
    }
    return known.fits() && status.isProven() ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
  }

  private static String line(SchemaChanged change) {
    if (change.isOfCatalog()) {
      return "catalog of "
          + change.table()
          + " changed for "
          + change.domain()
          + ", seen "
          + MomentText.instant(change.at())
          + ": "
          + String.join(", ", change.changes())
          + (change.reads().isEmpty() ? "" : "; read: " + String.join(", ", change.reads()));
    }
    return "schema of "
        + change.table()
        + " changed for "
        + change.domain()
        + " at "
        + change.lsn()
        + " ("
        + MomentText.instant(change.at())
        + "): "
        + String.join(", ", change.changes())
        + (change.finding().isEmpty() ? "; followed" : "; NOT FOLLOWED: " + change.finding());
  }

  private List<String> print(MigrationStatus status) {
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
    for (DomainStatus domain : status.domains()) {
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
    status.domains().stream()
        .filter(domain -> !domain.heldFor().isEmpty())
        .forEach(
            domain ->
                lines.add(
                    "apply of "
                        + domain.domain()
                        + " stands for a while: held for "
                        + DivergenceText.visible(domain.heldFor())));
    status
        .open()
        .ifPresentOrElse(
            open ->
                open.forEach(
                    (domain, kinds) -> lines.add("open in " + domain + ": " + kinds(kinds))),
            () ->
                lines.add("divergences: there is no ledger; fix: " + spec.in("tandem setup SPEC")));
    lines.addAll(DivergenceText.uncompared(status.uncompared()));
    for (DomainStatus domain : status.domains()) {
      DomainLag lag = status.lags().get(domain.domain());
      if (lag != null && lag.waiting() > 0) {
        lines.add(
            String.format(
                Locale.ROOT,
                "waiting for a sweep in %s: %,d entities, of which a value is not known",
                domain.domain(),
                lag.waiting()));
      }
    }
    print("legacy", status.legacy(), lines);
    print("target", status.target(), lines);
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
}
