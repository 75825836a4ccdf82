package dev.tandem.program;

import dev.tandem.bench.Bench;
import dev.tandem.bench.Idle;
import dev.tandem.bench.Measured;
import dev.tandem.bench.PeerSettings;
import dev.tandem.bench.PeerSettings.Setting;
import dev.tandem.bench.ReconcilingCost;
import dev.tandem.bench.Runs;
import dev.tandem.bench.Runs.Spread;
import dev.tandem.bench.Steady;
import dev.tandem.metrics.LagRecorder.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Results of the benchmark as text.
final class BenchForm {
  private static final String COLUMNS = "%-91s %9s %11s %14s %12s";

  private BenchForm() {}

  static List<String> text(Runs runs) {
    Bench.Result result = runs.middle();
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add(
        COLUMNS.formatted("", "seconds", "per second", "µs of program", "µs of stack")
            + (runs.count() > 1 ? " %11s %11s".formatted("least", "most") : ""));
    result.measured().forEach(measured -> lines.add(line(measured, runs)));
    runs.ratios()
        .forEach(
            (ratio, spread) ->
                lines.add(
                    format(
                        "%s: %.2f times %s%s",
                        ratio.of(), ratio.times(), ratio.peer().what(), times(spread, runs))));
    ReconcilingCost.among(result.measured())
        .ifPresent(
            cost ->
                lines.add(
                    format(
                        "%s: %.1f µs of program with reconciling, %.1f without: %.2f of it more",
                        cost.load(), cost.with(), cost.without(), cost.share())));
    lines.addAll(result.failures());
    result.steady().forEach(steady -> steady(steady, lines));
    result
        .disk()
        .ifPresent(
            disk ->
                lines.add(
                    format(
                        "local state of an entity of one row: translation %,d bytes, reconciliation"
                            + " %,d bytes",
                        disk.translation(), disk.reconciliation())));
    result.idle().ifPresent(idle -> lines.add(idle(idle)));
    return lines;
  }

  private static String line(Measured measured, Runs runs) {
    String line =
        format(
            "%-91s %9.1f %,11.0f %14.1f %12.1f",
            measured.subject(),
            measured.took().toMillis() / 1e3,
            measured.perSecond(),
            measured.programMicros(),
            measured.stackMicros());
    if (runs.count() == 1) {
      return line;
    }
    Spread spread = runs.perSecond(measured.subject());
    return line + format(" %,11.0f %,11.0f", spread.least(), spread.most());
  }

  private static String times(Spread spread, Runs runs) {
    return runs.count() == 1 ? "" : format(" (%.2f to %.2f)", spread.least(), spread.most());
  }

  private static void steady(Steady steady, List<String> lines) {
    lines.add(
        steady.isKept()
            ? format("%,d changes per second, lag from legacy commit:", steady.rate())
            : format(
                "%,d changes per second, more than this machine keeps up with (the legacy store"
                    + " took %,.0f, the last verdict came %.1f s after the end), lag until then:",
                steady.rate(), steady.made(), steady.behind().toMillis() / 1e3));
    lines.add("  to the outbox         " + lag(steady.lags().outbox()));
    lines.add("  to the target commit  " + lag(steady.lags().target()));
    lines.add("  to the verdict        " + lag(steady.lags().verdict()));
  }

  private static String lag(Summary lag) {
    return format(
        "p50 %d ms, p99 %d ms, p99.9 %d ms, max %d ms",
        lag.p50().toMillis(), lag.p99().toMillis(), lag.p999().toMillis(), lag.max().toMillis());
  }

  private static String idle(Idle idle) {
    return format(
        "idle on the example's spec for %d s: %.1f %% of one core, %,d MiB resident; PostgreSQL,"
            + " Kafka and the registry %.1f %%",
        idle.took().toSeconds(),
        idle.share() * 100,
        idle.resident() >> 20,
        idle.stackShare() * 100);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
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
}
