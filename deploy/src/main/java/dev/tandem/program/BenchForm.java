package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.bench.Bench;
import dev.tandem.bench.Measured;
import dev.tandem.bench.PeerSettings;
import dev.tandem.bench.PeerSettings.Setting;
import dev.tandem.bench.Ratio;
import dev.tandem.bench.ReconcilingCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A result of the benchmark as text and as JSON.
final class BenchForm {
  private static final String COLUMNS = "%-78s %9s %11s %14s %12s";

  private BenchForm() {}

  static List<String> text(Bench.Result result) {
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add(COLUMNS.formatted("", "seconds", "per second", "µs of program", "µs of stack"));
    for (Measured m : result.measured()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-78s %9.1f %,11.0f %14.1f %12.1f",
              m.subject(),
              m.took().toMillis() / 1e3,
              m.perSecond(),
              m.programMicros(),
              m.stackMicros()));
    }
    for (Ratio ratio : Ratio.among(result.measured())) {
      lines.add(
          String.format(
              Locale.ROOT, "%s: %.2f times %s", ratio.of(), ratio.times(), ratio.peer().what()));
    }
    ReconcilingCost.among(result.measured())
        .ifPresent(
            cost ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "%s: %.1f µs of program with reconciling, %.1f without: %.2f of it more",
                        cost.load(),
                        cost.with(),
                        cost.without(),
                        cost.share())));
    lines.addAll(result.failures());
    var steady = result.steady();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d changes per second: lag p50 %d ms, p99 %d ms, p99.9 %d ms, max %d ms",
            steady.rate(),
            steady.lag().p50().toMillis(),
            steady.lag().p99().toMillis(),
            steady.lag().p999().toMillis(),
            steady.lag().max().toMillis()));
    lines.add(
        String.format(
            Locale.ROOT,
            "local state of an entity of one row: translation %,d bytes, reconciliation %,d bytes",
            result.disk().translation(),
            result.disk().reconciliation()));
    return lines;
  }

  /// How the peers were set up.
  static List<String> settings() {
    return PeerSettings.all().stream()
        .map(
            (Setting setting) ->
                "%s: %s = %s (%s)"
                    .formatted(
                        setting.part().title(), setting.key(), setting.value(), setting.because()))
        .toList();
  }

  static String json(Bench.Result result) {
    var root = new ObjectMapper().createObjectNode();
    root.put("machine", result.machine().toString());
    root.put("processors", result.machine().processors());
    var list = root.putArray("measured");
    for (Measured m : result.measured()) {
      var each =
          list.addObject()
              .put("load", m.subject().load())
              .put("what", m.subject().what())
              .put("by", m.subject().by().name())
              .put("changes", m.changes())
              .put("seconds", m.took().toMillis() / 1e3)
              .put("perSecond", m.perSecond())
              .put("programMicros", m.programMicros())
              .put("stackMicros", m.stackMicros());
      var course = each.putArray("course");
      m.course()
          .forEach(
              point ->
                  course
                      .addObject()
                      .put("ms", point.at().toMillis())
                      .put("changes", point.changes()));
    }
    var ratios = root.putArray("ratios");
    for (Ratio ratio : Ratio.among(result.measured())) {
      ratios
          .addObject()
          .put("load", ratio.of().load())
          .put("what", ratio.of().what())
          .put("peer", ratio.peer().what())
          .put("times", ratio.times());
    }
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

  private static void rest(ObjectNode root, Bench.Result result) {
    var steady = result.steady();
    root.putObject("steady")
        .put("perSecond", steady.rate())
        .put("lagP50Ms", steady.lag().p50().toMillis())
        .put("lagP99Ms", steady.lag().p99().toMillis())
        .put("lagP999Ms", steady.lag().p999().toMillis())
        .put("lagMaxMs", steady.lag().max().toMillis());
    root.putObject("stateBytesPerEntity")
        .put("translation", result.disk().translation())
        .put("reconciliation", result.disk().reconciliation());
  }
}
