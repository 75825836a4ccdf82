package dev.tandem.generation;

import dev.tandem.generation.Generation.State;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which generation takes the live one's place, and whether it may now.
///
/// @param live the one that gives its place
/// @param next the one that takes it
public record Exchange(Generation live, Generation next) {

  /// Which way it goes.
  public enum Way {
    /// To a newer generation.
    PROMOTE,
    /// Back to an older one.
    DEMOTE
  }

  /// @return the exchange, or nothing where there is no generation that it could be
  public static Optional<Exchange> of(Generations generations, String domain, Way way) {
    Generation live = generations.live(domain);
    return generations
        .beside(domain)
        .filter(
            next ->
                switch (way) {
                  case PROMOTE -> next.number() > live.number();
                  case DEMOTE -> next.number() < live.number() && next.state() == State.KEPT;
                })
        .map(next -> new Exchange(live, next));
  }

  /// Whether the next one is fed from another outbox, whose positions say nothing of those of the
  /// live one's.
  public boolean isToOtherOutbox() {
    return live.feed().log().outboxOf() != next.feed().log().outboxOf();
  }

  /// The rule of the promoting transaction, over the watermarks of the locked checkpoint rows: in
  /// no partition is the next generation behind the live one, which would take back what readers of
  /// the target have seen.
  ///
  /// @param partitions of the next one
  /// @param live by partition, how far the next one has to have come: the live one's watermarks,
  ///     or where the next one's own outbox ends
  /// @return by partition, what is in the way; empty if nothing is
  public static Map<Integer, String> behind(
      int partitions, Map<Integer, Long> live, Map<Integer, Long> next) {
    var behind = new TreeMap<Integer, String>();
    for (int partition = 0; partition < partitions; partition++) {
      Long stands = next.get(partition);
      long wanted = live.getOrDefault(partition, -1L);
      if (stands == null) {
        behind.put(partition, "it has no checkpoint");
      } else if (stands < wanted) {
        behind.put(
            partition, "it stands at outbox offset " + stands + ", and has to come to " + wanted);
      }
    }
    return behind;
  }
}
