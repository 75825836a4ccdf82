package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.bench.Bench;
import dev.tandem.bench.Measured;
import dev.tandem.bench.ReconcilingCost;
import dev.tandem.bench.Runs;
import dev.tandem.bench.Runs.Spread;
import dev.tandem.bench.Steady;
import dev.tandem.metrics.LagRecorder.Summary;

/// Results of the benchmark as one JSON object.
final class BenchJson {
  private BenchJson() {}

  static String of(Runs runs) {
    Bench.Result result = runs.middle();
    var root = new ObjectMapper().createObjectNode();
    root.put("machine", result.machine().toString());
    root.put("processors", result.machine().processors());
    root.put("runs", runs.count());
    var list = root.putArray("measured");
    result.measured().forEach(measured -> measured(list.addObject(), measured, runs));
    var ratios = root.putArray("ratios");
    runs.ratios()
        .forEach(
            (ratio, spread) ->
                spread(
                    ratios
                        .addObject()
                        .put("load", ratio.of().load())
                        .put("what", ratio.of().what())
                        .put("peer", ratio.peer().what())
                        .put("times", ratio.times()),
                    "times",
                    spread));
    ReconcilingCost.among(result.measured())
        .ifPresent(
            cost ->
                root.putObject("reconciling")
                    .put("load", cost.load())
                    .put("programMicrosWithout", cost.without())
                    .put("programMicrosWith", cost.with())
                    .put("share", cost.share()));
    var failures = root.putArray("failures");
    result.failures().forEach(failures::add);
    rest(root, result);
    return root.toString();
  }

  private static void measured(ObjectNode node, Measured measured, Runs runs) {
    node.put("load", measured.subject().load())
        .put("what", measured.subject().what())
        .put("by", measured.subject().by().name())
        .put("changes", measured.changes())
        .put("seconds", measured.took().toMillis() / 1e3)
        .put("perSecond", measured.perSecond())
        .put("programMicros", measured.programMicros())
        .put("stackMicros", measured.stackMicros());
    spread(node, "perSecond", runs.perSecond(measured.subject()));
    var course = node.putArray("course");
    measured
        .course()
        .forEach(
            point ->
                course
                    .addObject()
                    .put("ms", point.at().toMillis())
                    .put("changes", point.changes()));
  }

  private static void spread(ObjectNode node, String name, Spread spread) {
    node.put(name + "Least", spread.least()).put(name + "Most", spread.most());
  }

  private static void rest(ObjectNode root, Bench.Result result) {
    var rates = root.putArray("steady");
    for (Steady steady : result.steady()) {
      var node =
          rates
              .addObject()
              .put("perSecond", steady.rate())
              .put("made", steady.made())
              .put("kept", steady.isKept())
              .put("behindMs", steady.behind().toMillis());
      lag(node.putObject("outbox"), steady.lags().outbox());
      lag(node.putObject("target"), steady.lags().target());
      lag(node.putObject("verdict"), steady.lags().verdict());
    }
    result
        .disk()
        .ifPresent(
            disk ->
                root.putObject("stateBytesPerEntity")
                    .put("translation", disk.translation())
                    .put("reconciliation", disk.reconciliation()));
    result
        .idle()
        .ifPresent(
            idle ->
                root.putObject("idle")
                    .put("seconds", idle.took().toMillis() / 1e3)
                    .put("share", idle.share())
                    .put("stackShare", idle.stackShare())
                    .put("residentBytes", idle.resident()));
  }

  private static void lag(ObjectNode node, Summary lag) {
    node.put("p50Ms", lag.p50().toMillis())
        .put("p99Ms", lag.p99().toMillis())
        .put("p999Ms", lag.p999().toMillis())
        .put("maxMs", lag.max().toMillis());
  }
}
