package dev.tandem.ledger;

import dev.tandem.generation.Generations;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// What a ledger says, read whole.
///
/// @param open in the order in which it was opened
/// @param uncompared of which domains an empty ledger proves nothing
/// @param unreadable records that are no events that this version reads
public record DivergenceReport(
    List<LedgerEntry> open, EventTally tally, List<Uncompared> uncompared, long unreadable) {
  /// Whether every domain asked for is being compared, so that an empty ledger proves something.
  public boolean isCompared() {
    return uncompared.isEmpty();
  }

  /// Whose ledger is read.
  ///
  /// @param divergence its topic, and `lag` the topic of the reports beside it
  /// @param generations that tell former tables from the live ones; none of a generation's own
  ///     ledger
  public record Source(
      MigrationPlan plan,
      Map<String, Object> kafka,
      String divergence,
      String lag,
      Generations generations) {}

  /// @param samples how many events of each kind are kept
  public static DivergenceReport read(Source source, Selection selection, int samples) {
    var ledger = new Ledger();
    var tally = new EventTally(samples);
    try (var reader = new LedgerReader(source.kafka, source.divergence)) {
      reader.toEnd(
          entry -> {
            if (selection.holds(entry)) {
              ledger.accept(entry);
              tally.accept(entry);
            }
          });
      return new DivergenceReport(
          ledger.open(source.generations),
          tally,
          uncompared(source, selection),
          reader.unreadable());
    }
  }

  private static List<Uncompared> uncompared(Source source, Selection selection) {
    List<DomainPlan> asked =
        source.generations.live(source.plan).domains().stream()
            .filter(it -> selection.domain().map(it.name()::equals).orElse(true))
            .toList();
    var clock = Clock.systemUTC();
    var lag = LagReader.recent(source.kafka, source.lag, clock);
    return Uncompared.among(
        asked, lag, clock, new LetterReport.Source(source.plan, source.kafka, source.generations));
  }
}
