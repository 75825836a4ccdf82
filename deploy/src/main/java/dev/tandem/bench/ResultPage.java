package dev.tandem.bench;

import dev.tandem.bench.Chart.Bar;
import dev.tandem.bench.Chart.Column;
import dev.tandem.bench.Chart.Curve;
import dev.tandem.bench.Chart.Part;
import dev.tandem.bench.PeerSettings.Setting;
import dev.tandem.bench.Runs.Spread;
import dev.tandem.metrics.LagRecorder.Bucket;
import dev.tandem.metrics.LagRecorder.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Function;

/// A result as one HTML file that needs nothing else: no network, no script. It follows the
/// reader's choice of light or dark.
public final class ResultPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1c2024;--soft:#60646c;--line:#d9d9e0;--paper:#fcfcfd;
        --a:#0a66c2;--b:#8bb8e8;--c:#c2570a;--d:#7a7f87}
      @media (prefers-color-scheme:dark){:root{--ink:#edeef0;--soft:#b0b4ba;--line:#363a3f;
        --paper:#111113;--a:#70b8ff;--b:#2f5f94;--c:#ffa057;--d:#8b9098}}
      body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
        max-width:60rem;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}
      p,caption{color:var(--soft)}table{border-collapse:collapse;width:100%}
      th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);
        vertical-align:top}
      td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      code{font-size:.9em;overflow-wrap:anywhere}
      svg{width:100%;height:auto;font:12px system-ui,sans-serif}svg text{fill:var(--ink)}
      .a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}.d{fill:var(--d)}
      .line{fill:none;stroke-width:2}.line.a{stroke:var(--a)}.line.b{stroke:var(--b)}
      .line.c{stroke:var(--c)}.line.d{stroke:var(--d)}.axis{stroke:var(--line)}
      .key{display:inline-block;width:.8em;height:.8em;margin:0 .35em 0 1em}
      .key.a{background:var(--a)}.key.b{background:var(--b)}.key.c{background:var(--c)}
      .key.d{background:var(--d)}
      """;

  private final StringBuilder out = new StringBuilder();
  private final Runs runs;
  private final Bench.Result result;

  private ResultPage(Runs runs) {
    this.runs = runs;
    this.result = runs.middle();
  }

  public static String of(Runs runs) {
    return new ResultPage(runs).page();
  }

  private String page() {
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
        .append("<meta name=\"viewport\" content=\"width=device-width\"/>")
        .append("<title>Tandem benchmark</title><style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>Tandem benchmark</h1>\n");
    paragraph(result.machine().toString());
    if (runs.count() > 1) {
      paragraph("Medians of " + runs.count() + " runs.");
    }
    ratios();
    speeds();
    courses();
    costs();
    lag();
    idle();
    all();
    settings();
    return out.append("</body></html>\n").toString();
  }

  private void heading(String text) {
    out.append("<h2>").append(Chart.escape(text)).append("</h2>\n");
  }

  private void paragraph(String text) {
    out.append("<p>").append(Chart.escape(text)).append("</p>\n");
  }

  private void ratios() {
    var ratios = runs.ratios();
    if (!ratios.isEmpty()) {
      heading("Tandem beside its peers, in the same run");
      var table = new PageTable(3, List.of("load", "Tandem", "peer", "times as fast"));
      ratios.forEach(
          (ratio, spread) ->
              table.row(
                  ratio.of().load(),
                  ratio.of().what(),
                  ratio.peer().what(),
                  format("%.2f", ratio.times()) + between("%.2f", spread)));
      out.append(table.html());
    }
    for (String failure : result.failures()) {
      paragraph(failure);
    }
  }

  private SequencedMap<String, List<Measured>> byLoad() {
    var loads = new LinkedHashMap<String, List<Measured>>();
    for (Measured each : result.measured()) {
      loads.computeIfAbsent(each.subject().load(), _ -> new ArrayList<>()).add(each);
    }
    return loads;
  }

  private static String style(Subject subject) {
    return switch (subject.by()) {
      case TANDEM -> "a";
      case STEP -> "b";
      case DEBEZIUM, CONNECT -> "c";
      case NATIVE -> "d";
    };
  }

  private void speeds() {
    heading("Changes per second");
    out.append("<p>");
    key("a", "Tandem, the whole way");
    key("b", "one step of it alone");
    key("c", "Debezium");
    key("d", "PostgreSQL");
    out.append("</p>\n");
    bars("changes per second", ResultPage::speed);
  }

  /// A chart for each load.
  private void bars(String title, Function<Measured, Bar> bar) {
    byLoad()
        .forEach(
            (load, measured) -> {
              paragraph(load);
              out.append(Chart.bars(title + ": " + load, measured.stream().map(bar).toList()));
            });
  }

  private static Bar speed(Measured measured) {
    return new Bar(
        measured.subject().what(),
        List.of(new Part(style(measured.subject()), measured.perSecond())),
        String.format(Locale.ROOT, "%,.0f", measured.perSecond()));
  }

  private void key(String style, String text) {
    out.append("<span class=\"key ").append(style).append("\"></span>").append(Chart.escape(text));
  }

  private void courses() {
    heading("Rate over time");
    paragraph("Changes that have gone the whole way, per second, from the first one on.");
    byLoad()
        .forEach(
            (load, measured) -> {
              List<Measured> drawn =
                  measured.stream()
                      .filter(each -> each.subject().by() != Subject.By.STEP)
                      .filter(each -> each.course().size() > 2)
                      .toList();
              if (!drawn.isEmpty()) {
                curves(load, drawn);
              }
            });
  }

  private void curves(String load, List<Measured> drawn) {
    var curves = new ArrayList<Curve>();
    out.append("<p>").append(Chart.escape(load));
    for (Measured each : drawn) {
      boolean isFirst = curves.stream().noneMatch(curve -> curve.style().equals("a"));
      String style = each.subject().isPeer() ? "c" : isFirst ? "a" : "b";
      key(style, each.subject().what());
      curves.add(new Curve(style, each.subject().what(), each.course()));
    }
    out.append("</p>\n").append(Chart.rates("rate over time: " + load, curves));
  }

  private void costs() {
    heading("Processor time for one change, in microseconds");
    out.append("<p>");
    key("a", "the program: Tandem, or the peer");
    key("d", "PostgreSQL, Kafka and the registry");
    out.append("</p>\n");
    bars("processor time for one change", ResultPage::cost);
  }

  private static Bar cost(Measured measured) {
    return new Bar(
        measured.subject().what(),
        List.of(new Part("a", measured.programMicros()), new Part("d", measured.stackMicros())),
        String.format(
            Locale.ROOT, "%.1f + %.1f", measured.programMicros(), measured.stackMicros()));
  }

  private void lag() {
    if (result.steady().isEmpty()) {
      return;
    }
    heading("Lag at steady rates");
    paragraph("From legacy commit, every role at work; milliseconds.");
    var table =
        new PageTable(
            2, List.of("changes per second", "to", "median", "99 %", "99.9 %", "longest"));
    for (Steady steady : result.steady()) {
      String rate = format("%,d", steady.rate());
      row(table, rate, "outbox", steady.lags().outbox());
      row(table, rate, "target commit", steady.lags().target());
      row(table, rate, "verdict", steady.lags().verdict());
    }
    out.append(table.html());
    for (Steady steady : result.steady()) {
      if (steady.isKept()) {
        spread(steady);
      } else {
        paragraph(
            format(
                "%,d changes per second are more than this machine keeps up with: the legacy store"
                    + " took %,.0f, and the last verdict came %.1f s after the end. Their lag tells"
                    + " of how long the load lasted.",
                steady.rate(), steady.made(), steady.behind().toMillis() / 1e3));
      }
    }
  }

  private static void row(PageTable table, String rate, String to, Summary lag) {
    table.row(
        rate,
        to,
        String.valueOf(lag.p50().toMillis()),
        String.valueOf(lag.p99().toMillis()),
        String.valueOf(lag.p999().toMillis()),
        String.valueOf(lag.max().toMillis()));
  }

  private void spread(Steady steady) {
    List<Bucket> spread = steady.spread();
    if (!spread.isEmpty()) {
      paragraph(
          format(
              "Changes by milliseconds to the target commit, at %,d per second; each column is a"
                  + " quarter wider than the one before.",
              steady.rate()));
      out.append(
          Chart.columns(
              "changes by lag at " + steady.rate() + " per second",
              spread.stream()
                  .map(
                      bucket ->
                          new Column(
                              String.valueOf(Math.round(bucket.upTo().toNanos() / 1e6)),
                              bucket.count()))
                  .toList()));
    }
  }

  private void idle() {
    result
        .idle()
        .ifPresent(
            idle -> {
              heading("Where nothing happens");
              paragraph(
                  format(
                      "The program with every role on the example's spec, for %d s: %.1f %% of one"
                          + " core and %,d MiB resident; PostgreSQL, Kafka and the registry %.1f"
                          + " %%.",
                      idle.took().toSeconds(),
                      idle.share() * 100,
                      idle.resident() >> 20,
                      idle.stackShare() * 100));
            });
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /// What is put behind a median.
  private String between(String pattern, Spread spread) {
    return runs.count() == 1
        ? ""
        : format(" (" + pattern + " to " + pattern + ")", spread.least(), spread.most());
  }

  private void all() {
    heading("All that was measured");
    var table =
        new PageTable(
            2, List.of("load", "what", "seconds", "per second", "µs, program", "µs, stack"));
    for (Measured each : result.measured()) {
      table.row(
          each.subject().load(),
          each.subject().what(),
          format("%.1f", each.took().toMillis() / 1e3),
          format("%,.0f", each.perSecond()) + between("%,.0f", runs.perSecond(each.subject())),
          format("%.1f", each.programMicros()),
          format("%.1f", each.stackMicros()));
    }
    out.append(table.html());
    result
        .disk()
        .ifPresent(
            disk ->
                paragraph(
                    format(
                        "Local state of an entity of one row: translation %,d bytes, reconciliation"
                            + " %,d bytes.",
                        disk.translation(), disk.reconciliation())));
  }

  private void settings() {
    if (result.measured().stream().anyMatch(each -> each.subject().isPeer())) {
      heading("How the peers are set up");
      paragraph("What is not named is the peer's default.");
      var table = new PageTable(4, List.of("part", "setting", "value", "because"));
      for (Setting setting : PeerSettings.all()) {
        table.row(setting.part().title(), setting.key(), setting.value(), setting.because());
      }
      out.append(table.html());
    }
  }
}
