package dev.tandem.ledger;

import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Counts the events of a ledger, and keeps the newest few of each kind. Holds no more than that,
/// however long the ledger is. Not thread-safe.
public final class EventTally {
  private final int samples;
  private final Map<Kind, Map<State, Long>> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Deque<LedgerEntry>> newest = new EnumMap<>(Kind.class);

  /// @param samples how many of each kind are kept
  public EventTally(int samples) {
    this.samples = samples;
  }

  public void accept(LedgerEntry entry) {
    Kind kind = entry.event().kind();
    counts
        .computeIfAbsent(kind, _ -> new EnumMap<>(State.class))
        .merge(entry.event().state(), 1L, Long::sum);
    var kept = newest.computeIfAbsent(kind, _ -> new ArrayDeque<>());
    kept.addLast(entry);
    if (kept.size() > samples) {
      kept.removeFirst();
    }
  }

  /// What has none is left out.
  public Map<Kind, Map<State, Long>> counts() {
    return counts;
  }

  /// The newest of a kind, the oldest of them first.
  public List<LedgerEntry> samples(Kind kind) {
    return List.copyOf(newest.getOrDefault(kind, new ArrayDeque<>()));
  }
}
