package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.capture.Side;
import dev.tandem.setup.Doctor;
import dev.tandem.setup.Finding;
import dev.tandem.setup.Finding.Level;
import dev.tandem.setup.Grants;
import dev.tandem.setup.Site;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem doctor`: whether all that a migration stands on is in order.
@Command(
    name = "doctor",
    description =
        "Looks at both stores, Kafka and the registry, and says of each thing whether it is right,"
            + " with the fix. Changes nothing. Exit code 1 where something fails.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--grants",
      paramLabel = "ROLE",
      description =
          "Instead, print the SQL that gives a role of its own the least that it needs in both"
              + " stores. The role need not be there yet.")
  private @Nullable String grants;

  @Override
  public Integer call() throws SQLException {
    var examination = spec.draft().examination();
    if (grants != null) {
      printGrants(examination.site(), grants);
      return ExitCode.OK;
    }
    List<Finding> findings =
        Stream.of(examination.unfit(), Doctor.examine(examination.site()), examination.replica())
            .flatMap(List::stream)
            .sorted(Comparator.comparing(Finding::area))
            .toList();
    long failures = count(findings, Level.FAILURE);
    var out = command.commandLine().getOut();
    if (json) {
      out.println(json(findings));
    } else {
      findings.forEach(finding -> out.println(line(finding)));
      long warnings = count(findings, Level.WARNING);
      out.println(
          failures
              + (failures == 1 ? " failure, " : " failures, ")
              + warnings
              + (warnings == 1 ? " warning" : " warnings"));
    }
    return failures == 0 ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
  }

  private void printGrants(Site site, String role) throws SQLException {
    var out = command.commandLine().getOut();
    var root = new ObjectMapper().createObjectNode();
    for (Side side : Side.values()) {
      List<String> statements = Grants.of(site, side, role);
      statements.forEach(root.putArray(word(side))::add);
      if (!json) {
        out.println("-- " + word(side) + " store, as a superuser in its database");
        statements.forEach(out::println);
      }
    }
    if (json) {
      out.println(root);
    }
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  private String line(Finding finding) {
    String fix = finding.fix().isEmpty() ? "" : "\n    fix: " + spec.in(finding.fix());
    return "%-8s %-9s %s: %s%s"
        .formatted(
            word(finding.level()), word(finding.area()), finding.subject(), finding.found(), fix);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private String json(List<Finding> findings) {
    var root = new ObjectMapper().createObjectNode();
    root.put("ok", count(findings, Level.FAILURE) == 0);
    var list = root.putArray("findings");
    for (Finding finding : findings) {
      list.addObject()
          .put("level", word(finding.level()))
          .put("area", word(finding.area()))
          .put("subject", finding.subject())
          .put("found", finding.found())
          .put("fix", spec.in(finding.fix()));
    }
    return root.toString();
  }
}
