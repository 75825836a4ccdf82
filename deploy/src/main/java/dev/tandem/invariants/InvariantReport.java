package dev.tandem.invariants;

import dev.tandem.invariant.Invariant;
import dev.tandem.invariant.ResultRule.Verdict;
import dev.tandem.wire.Divergence.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What comparing the invariants of a domain came to.
///
/// @param open how many divergences were open in the ledger when it had ended, by kind: what
///     differs may be of them; empty where that is not known
public record InvariantReport(String domain, Outcome outcome, Optional<Map<Kind, Long>> open) {
  public InvariantReport {
    open = open.map(Map::copyOf);
  }

  /// Whether they could be compared.
  public sealed interface Outcome {
    /// @param held how long apply stood for it
    /// @param snapshots how many of the legacy store it took
    record Compared(Duration held, int snapshots, List<Pair> pairs) implements Outcome {
      public Compared {
        pairs = List.copyOf(pairs);
      }
    }

    /// The stores could not be brought to one position.
    record Unaligned(String reason) implements Outcome {}
  }

  /// One invariant.
  public record Pair(Invariant invariant, Verdict verdict, Duration took) {
    public boolean isEqual() {
      return verdict instanceof Verdict.Equal;
    }
  }

  public boolean isAligned() {
    return outcome instanceof Outcome.Compared;
  }

  /// Whether both stores were found to say the same.
  public boolean isEqual() {
    return outcome instanceof Outcome.Compared compared
        && compared.pairs().stream().allMatch(Pair::isEqual);
  }
}
