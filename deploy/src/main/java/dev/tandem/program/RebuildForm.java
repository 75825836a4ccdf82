package dev.tandem.program;

import dev.tandem.generation.Generation;
import dev.tandem.generation.PaceRule;
import dev.tandem.standing.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Generations of a domain, for a person.
final class RebuildForm {
  private static final String ROW = "%-10s %-9s %10s %14s %10s  %-30s %s";

  private RebuildForm() {}

  static List<String> text(Standing standing) {
    var lines = new ArrayList<String>();
    lines.add(
        String.format(
            Locale.ROOT,
            ROW,
            "generation",
            "state",
            "partitions",
            "applied",
            "behind",
            "fed from",
            "since"));
    for (Standing.Row row : standing.generations()) {
      Generation generation = row.generation();
      lines.add(
          String.format(
              Locale.ROOT,
              ROW,
              generation.number(),
              generation.state(),
              generation.isFed() ? row.partitions() : "",
              String.format(Locale.ROOT, "%,d", row.applied()),
              String.format(Locale.ROOT, "%,d", row.behind()),
              generation.isFed() ? row.contractTopic() : "",
              since(generation)));
      row.keptUntil()
          .ifPresent(until -> lines.add("    kept until " + until + ", as the way back"));
      row.pace().map(RebuildForm::text).filter(text -> !text.isEmpty()).ifPresent(lines::add);
      row.proof()
          .ifPresent(
              proof -> {
                if (proof.isGiven()) {
                  lines.add("    proven equal to the live one, but for what is in flight");
                }
                proof.lines().forEach(line -> lines.add("    not proven, " + line));
              });
    }
    standing
        .unvalidated()
        .forEach(
            statement ->
                lines.add("to do    " + statement + ", which promote does if it is run again"));
    return lines;
  }

  /// Empty where nothing is in its way.
  private static String text(PaceRule.Standing pace) {
    String rate =
        pace.rate() == 0
            ? ""
            : String.format(Locale.ROOT, "at most %,d records a second", pace.rate());
    return switch (pace.state()) {
      case RUNNING -> rate.isEmpty() ? "" : "    " + rate;
      case PAUSED ->
          "    paused by " + pace.by() + (pace.reason().isEmpty() ? "" : ": " + pace.reason());
      case SLOWED -> "    gives way, " + rate + ": " + pace.reason();
      case HELD -> "    gives way, and waits: " + pace.reason();
    };
  }

  private static String since(Generation generation) {
    var note = generation.note();
    if (note.at().isEmpty()) {
      return "it was set up";
    }
    return note.at() + " by " + note.by() + (note.why().isEmpty() ? "" : ": " + note.why());
  }
}
