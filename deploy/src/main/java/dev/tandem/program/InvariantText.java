package dev.tandem.program;

import dev.tandem.invariant.ResultRule.Difference;
import dev.tandem.invariant.ResultRule.Verdict;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.invariants.InvariantReport.Outcome;
import dev.tandem.invariants.InvariantReport.Pair;
import dev.tandem.wire.Divergence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Compared invariants for a person: counts first, then some differences with the queries that show
/// them.
final class InvariantText {
  private static final int SAMPLES = 10;

  private InvariantText() {}

  static List<String> report(InvariantReport report) {
    var lines = new ArrayList<String>();
    switch (report.outcome()) {
      case Outcome.Unaligned(var reason) ->
          lines.add("invariants of " + report.domain() + " were not compared: " + visible(reason));
      case Outcome.Compared(var held, _, var pairs) -> {
        long equal = pairs.stream().filter(Pair::isEqual).count();
        lines.add(
            line(
                "invariants of %s: %d of %d equal; apply stood for %.1f s",
                report.domain(), equal, pairs.size(), held.toMillis() / 1e3));
        pairs.forEach(pair -> pair(pair, lines));
      }
    }
    if (!report.isEqual()) {
      report
          .open()
          .ifPresentOrElse(
              open -> open(open).ifPresent(lines::add),
              () -> lines.add("what is open in the ledger is not known"));
    }
    return lines;
  }

  private static Optional<String> open(Map<Kind, Long> open) {
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "open in the ledger, and a possible cause: "
                + open.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(each -> line("%s %,d", each.getKey(), each.getValue()))
                    .collect(Collectors.joining(", ")));
  }

  private static void pair(Pair pair, List<String> lines) {
    String name = pair.invariant().name();
    switch (pair.verdict()) {
      case Verdict.Equal(var rows) -> lines.add(line("  %-32s equal, %,d rows", name, rows));
      case Verdict.Incomparable(var reason) ->
          lines.add(line("  %-32s cannot be compared: %s", name, visible(reason)));
      case Verdict.Different(var rows, var differences) -> {
        lines.add(
            line("  %-32s DIFFERENT in %,d of about %,d rows", name, differences.size(), rows));
        differences.stream()
            .limit(SAMPLES)
            .forEach(difference -> lines.add("    " + visible(text(difference))));
        lines.add("    legacy: " + visible(pair.invariant().legacy().strip()));
        lines.add("    target: " + visible(pair.invariant().target().strip()));
      }
    }
  }

  private static String text(Difference difference) {
    return switch (difference) {
      case Difference.LegacyOnly(var row, var times) -> "legacy only" + times(times) + ": " + row;
      case Difference.TargetOnly(var row, var times) -> "target only" + times(times) + ": " + row;
      case Difference.Unequal(var legacy, var target, _) ->
          "legacy " + legacy + "; target " + target;
    };
  }

  private static String times(long times) {
    return times == 1 ? "" : ", " + times + " times";
  }

  private static String visible(String text) {
    return DivergenceText.visible(text);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
