package dev.tandem.apply;

import java.util.Map;

/// Where the apply of one domain stands.
///
/// @param stopped why the domain does no more work, empty while it does
public record ApplyStatus(String domain, String stopped, Map<Integer, Partition> partitions) {
  public ApplyStatus {
    partitions = Map.copyOf(partitions);
  }

  /// @param queued records read and not yet applied
  /// @param waiting why the last attempt failed, empty if it did not
  public record Partition(State state, Mark mark, int queued, String waiting) {}

  /// ```
  /// TAKING_OVER ──▶ APPLYING ──▶ FENCED ──(still assigned after a while)──▶ TAKING_OVER
  ///      ▲              │
  ///      └──────────────┘ the checkpoint went back: the target was restored
  /// ```
  public enum State {
    TAKING_OVER,
    APPLYING,
    FENCED
  }
}
