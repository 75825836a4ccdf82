package dev.tandem.program;

import dev.tandem.answer.MomentText;
import dev.tandem.ledger.DivergenceReport;
import dev.tandem.ledger.EventTally;
import dev.tandem.ledger.KindMeaning;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.ledger.Uncompared;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.Position;
import dev.tandem.wire.Divergence.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Divergences for a person: counts by kind first, then a few samples of each, with the SQL that
/// shows the target's row.
final class DivergenceText {
  private final TargetQuery queries;
  private final int samples;

  /// @param samples how many of each kind are shown
  DivergenceText(TargetQuery queries, int samples) {
    this.queries = queries;
    this.samples = samples;
  }

  /// What is open now. Where not all is compared, nothing open is not called none.
  List<String> open(DivergenceReport report) {
    return report.open().isEmpty() && !report.isCompared()
        ? List.of("No divergence is known to be open, and not all is compared.")
        : open(report.open());
  }

  /// @param open what is open now, in the order in which it was opened
  List<String> open(List<LedgerEntry> open) {
    if (open.isEmpty()) {
      return List.of("No divergence is open.");
    }
    var lines = new ArrayList<String>();
    Map<Kind, Long> counts = Ledger.byKind(open);
    counts.forEach((kind, count) -> lines.add(line(kind, count, KindMeaning.of(kind))));
    lines.add(count(open.size(), "divergence is open", "divergences are open"));
    counts.forEach(
        (kind, count) -> {
          List<LedgerEntry> shown =
              open.stream().filter(it -> it.event().kind() == kind).limit(samples).toList();
          lines.addAll(samples(kind + ", " + shown.size() + " of " + count, shown));
        });
    return lines;
  }

  /// @param open how many of them are open now
  List<String> events(EventTally tally, int open) {
    var lines = new ArrayList<String>();
    tally
        .counts()
        .forEach(
            (kind, states) -> {
              long all = states.values().stream().mapToLong(Long::longValue).sum();
              lines.add(line(kind, all, states(states)));
            });
    if (lines.isEmpty()) {
      return List.of("No divergence was ever found.");
    }
    lines.add(count(open, "divergence is open", "divergences are open"));
    tally
        .counts()
        .keySet()
        .forEach(kind -> lines.addAll(samples(kind + ", the newest events", tally.samples(kind))));
    return lines;
  }

  /// Of which domains an empty ledger proves nothing.
  static List<String> uncompared(List<Uncompared> uncompared) {
    return uncompared.stream()
        .map(it -> "domain " + it.domain() + " is not compared: " + it.reason())
        .toList();
  }

  /// One event in one line.
  static String event(LedgerEntry entry) {
    Divergence event = entry.event();
    return MomentText.of(event.context().at())
        + " "
        + event.state()
        + " "
        + event.kind()
        + " "
        + name(event)
        + (event.context().detail().isEmpty() ? "" : ": " + event.context().detail());
  }

  /// Domain, entity and key.
  static String name(Divergence event) {
    return event.domain()
        + "/"
        + (event.entity().isEmpty() ? "?" : event.entity())
        + event.key().stream()
            .map(part -> " " + part.field() + "=" + visible(part.value()))
            .collect(Collectors.joining());
  }

  private static String line(Kind kind, long count, String more) {
    return String.format(Locale.ROOT, "%-15s %,9d  %s", kind, count, more);
  }

  private static String count(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }

  private static String states(Map<State, Long> states) {
    return states.entrySet().stream()
        .map(it -> String.format(Locale.ROOT, "%s %,d", it.getKey(), it.getValue()))
        .collect(Collectors.joining(", "));
  }

  private List<String> samples(String title, List<LedgerEntry> entries) {
    var lines = new ArrayList<String>();
    if (samples > 0) {
      lines.add("");
      lines.add(title);
      entries.forEach(entry -> lines.addAll(sample(entry.event())));
    }
    return lines;
  }

  private List<String> sample(Divergence event) {
    Context context = event.context();
    var lines = new ArrayList<String>();
    lines.add(
        "  "
            + name(event)
            + (event.tenant().isEmpty() ? "" : ", tenant " + visible(event.tenant()))
            + ", "
            + event.state()
            + " "
            + MomentText.of(context.at())
            + ", opened "
            + MomentText.of(context.openedAt()));
    lines.add(
        "    partition "
            + context.partition()
            + ", compared at "
            + context.verdictAt()
            + ": legacy "
            + position(event.legacy())
            + ", target "
            + position(event.target()));
    event.fields().forEach(field -> lines.add("    " + difference(field)));
    if (!context.detail().isEmpty()) {
      lines.add("    " + context.detail());
    }
    if (!context.remedy().isEmpty()) {
      lines.add("    a repair would: " + context.remedy());
    }
    queries.of(event).forEach(sql -> lines.add("    " + visible(sql)));
    return lines;
  }

  private static String position(Position position) {
    return (position.present() ? "present" : "absent")
        + (position.offset() < 0 ? "" : " at " + position.offset());
  }

  private static String difference(FieldDifference field) {
    return field.field()
        + ": expected "
        + value(field.expected())
        + ", observed "
        + value(field.observed());
  }

  private static String value(@Nullable String text) {
    return text == null
        ? "nothing"
        : text.startsWith(Divergence.DIGEST) ? text : "'" + visible(text) + "'";
  }

  /// With control characters shown as their code, so that no value steers the terminal.
  static String visible(String text) {
    return text.codePoints()
        .mapToObj(
            it ->
                Character.isISOControl(it)
                    ? String.format(Locale.ROOT, "\\u%04x", it)
                    : Character.toString(it))
        .collect(Collectors.joining());
  }
}
