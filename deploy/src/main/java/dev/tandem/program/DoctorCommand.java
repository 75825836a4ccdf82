package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.setup.Doctor;
import dev.tandem.setup.Finding;
import dev.tandem.setup.Finding.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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

  @Override
  public Integer call() {
    var examination = spec.draft().examination();
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
