package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.answer.InvariantJson;
import dev.tandem.demo.Demo;
import dev.tandem.demo.FaultReport;
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
    outcome.invariants().forEach(report -> lines.addAll(InvariantText.report(report)));
    lines.addAll(faults(outcome.faults()));
    return lines;
  }

  private static List<String> faults(FaultReport faults) {
    var lines = new ArrayList<String>();
    lines.add(
        "Planted %d faults; found %d, %d more as another kind, invented %d, left open %d."
            .formatted(
                faults.planted(),
                faults.found(),
                faults.foundAsAnotherKind(),
                faults.invented(),
                faults.open()));
    lines.add("  kind            planted  found  another  invented  found after  closed after");
    faults
        .byKind()
        .forEach(
            (kind, counts) ->
                lines.add(
                    "  %-14s  %7d  %5d  %7d  %8d  %8d ms  %9d ms"
                        .formatted(
                            kind,
                            counts.planted(),
                            counts.found(),
                            counts.foundAsAnotherKind(),
                            counts.invented(),
                            counts.times().detection().p50().toMillis(),
                            counts.times().closure().p50().toMillis())));
    faults.missed().forEach(missed -> lines.add("  " + missed));
    faults.wrong().forEach(wrong -> lines.add("  invented: " + wrong));
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
    var invariants = root.putArray("invariants");
    outcome.invariants().forEach(report -> invariants.add(InvariantJson.report(report)));
    json(outcome.faults(), root.putObject("faults"));
    return List.of(root.toString());
  }

  private static void json(FaultReport faults, ObjectNode node) {
    node.put("planted", faults.planted());
    node.put("found", faults.found());
    node.put("foundAsAnotherKind", faults.foundAsAnotherKind());
    node.put("invented", faults.invented());
    node.put("open", faults.open());
    var kinds = node.putObject("byKind");
    faults
        .byKind()
        .forEach(
            (kind, counts) -> {
              var of =
                  kinds
                      .putObject(kind.name())
                      .put("planted", counts.planted())
                      .put("found", counts.found())
                      .put("foundAsAnotherKind", counts.foundAsAnotherKind())
                      .put("invented", counts.invented());
              json(counts.times(), of);
            });
    json(faults.times(), node);
    faults.missed().forEach(node.putArray("missed")::add);
    faults.wrong().forEach(node.putArray("inventions")::add);
  }

  private static void json(FaultReport.Times times, ObjectNode node) {
    node.putObject("detectionMs")
        .put("p50", times.detection().p50().toMillis())
        .put("p99", times.detection().p99().toMillis());
    node.putObject("closureMs")
        .put("p50", times.closure().p50().toMillis())
        .put("p99", times.closure().p99().toMillis());
  }
}
