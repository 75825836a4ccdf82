package dev.tandem.ledger;

import dev.tandem.generation.Generations;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is open, of all that was said: a divergence is open from its first event until it is
/// closed, and stands as its last event says. Holds only what is open. Not thread-safe.
public final class Ledger {
  /// By the divergence's id.
  private final Map<String, LedgerEntry> open = new HashMap<>();

  /// Takes the next event; events of one id come in their order.
  public void accept(LedgerEntry entry) {
    Divergence event = entry.event();
    switch (event.state()) {
      case OPENED, CHANGED, REPAIRING -> open.merge(event.id(), entry, Ledger::after);
      case CLOSED -> open.remove(event.id());
    }
  }

  /// How what is open stands after one more event: as that says, but that a repair was asked for
  /// says nothing new of what differs.
  public static LedgerEntry after(LedgerEntry before, LedgerEntry now) {
    return now.event().state() == State.REPAIRING ? repairing(before, now) : now;
  }

  private static LedgerEntry repairing(LedgerEntry before, LedgerEntry now) {
    Divergence last = before.event();
    Divergence event = now.event();
    Context context = event.context();
    return new LedgerEntry(
        now.contractKey(),
        new Divergence(
            event.id(),
            event.state(),
            event.kind(),
            event.domain(),
            event.entity(),
            event.key(),
            event.tenant(),
            event.fields().isEmpty() ? last.fields() : event.fields(),
            event.legacy(),
            event.target(),
            new Context(
                context.partition(),
                context.verdictAt(),
                context.generation(),
                context.contractVersion(),
                context.mapping(),
                context.authority(),
                context.remedy().isEmpty() ? last.context().remedy() : context.remedy(),
                context.detail().isEmpty() ? last.context().detail() : context.detail(),
                context.attempts(),
                context.openedAt(),
                context.at())));
  }

  /// In the order in which they were opened, without those of former tables with another mapping:
  /// nobody can say how these stand while others are live.
  public List<LedgerEntry> open(Generations generations) {
    return open().stream().filter(entry -> isOfLive(entry, generations)).toList();
  }

  /// Whether it is of tables that are live, or have the same mapping.
  public static boolean isOfLive(LedgerEntry entry, Generations generations) {
    Divergence event = entry.event();
    return generations.isOfLive(event.domain(), event.context().generation());
  }

  /// In the order in which they were opened.
  public List<LedgerEntry> open() {
    return open.values().stream()
        .sorted(
            Comparator.comparingLong((LedgerEntry entry) -> entry.event().context().openedAt())
                .thenComparing(entry -> entry.event().id()))
        .toList();
  }

  /// How many are open of the tables that are live, by domain and kind; what has none is left out.
  public Map<String, Map<Kind, Long>> byDomain(Generations generations) {
    var counts = new TreeMap<String, Map<Kind, Long>>();
    for (LedgerEntry entry : open(generations)) {
      counts
          .computeIfAbsent(entry.event().domain(), _ -> new EnumMap<>(Kind.class))
          .merge(entry.event().kind(), 1L, Long::sum);
    }
    return counts;
  }

  /// How many entries there are of each kind; what has none is left out.
  public static Map<Kind, Long> byKind(Collection<LedgerEntry> entries) {
    var counts = new EnumMap<Kind, Long>(Kind.class);
    entries.forEach(entry -> counts.merge(entry.event().kind(), 1L, Long::sum));
    return counts;
  }
}
