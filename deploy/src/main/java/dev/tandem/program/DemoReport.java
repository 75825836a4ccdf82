package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.demo.Demo;
import dev.tandem.status.DomainStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the demonstration's outcome is written.
final class DemoReport {
  private DemoReport() {}

  static List<String> text(Demo.Outcome outcome) {
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            "Loaded %,d rows and followed %,d transactions.",
            outcome.loaded(),
            outcome.transactions()));
    outcome
        .comparison()
        .rows()
        .forEach(
            (domain, rows) ->
                lines.add(String.format(Locale.ROOT, "  %-10s %,9d rows compared", domain, rows)));
    lines.add(
        "Lag from legacy commit to target commit: p50 %d ms, p99 %d ms."
            .formatted(outcome.lag().p50().toMillis(), outcome.lag().p99().toMillis()));
    lines.add(
        outcome.comparison().isEqual()
            ? "Both stores are equal."
            : outcome.comparison().differences() + " DIFFERENCES");
    outcome.comparison().samples().forEach(sample -> lines.add("  " + sample));
    return lines;
  }

  static List<String> json(Demo.Outcome outcome) {
    var root = new ObjectMapper().createObjectNode();
    root.put("equal", outcome.comparison().isEqual());
    root.put("loaded", outcome.loaded());
    root.put("transactions", outcome.transactions());
    var rows = root.putObject("rows");
    outcome.comparison().rows().forEach(rows::put);
    root.put("captured", outcome.domains().stream().mapToLong(DomainStatus::captured).sum());
    root.put("translated", outcome.domains().stream().mapToLong(DomainStatus::translated).sum());
    root.put("applied", outcome.domains().stream().mapToLong(DomainStatus::applied).sum());
    root.put("deadLetters", outcome.domains().stream().mapToLong(DomainStatus::deadLetters).sum());
    root.putObject("lagMs")
        .put("p50", outcome.lag().p50().toMillis())
        .put("p99", outcome.lag().p99().toMillis())
        .put("max", outcome.lag().max().toMillis());
    root.put("differences", outcome.comparison().differences());
    var samples = root.putArray("samples");
    outcome.comparison().samples().forEach(samples::add);
    return List.of(root.toString());
  }
}
