package dev.tandem.apply;

import java.util.Map;

/// Where the apply of one domain stands.
///
/// @param ending what made it do no more work
/// @param stopped why the domain does no more work, empty while it does
public record ApplyStatus(
    String domain, Ending ending, String stopped, Map<Integer, Partition> partitions) {
  public ApplyStatus {
    partitions = Map.copyOf(partitions);
  }

  /// What made the domain do no more work.
  public enum Ending {
    /// Nothing: it works.
    NONE,
    /// It stopped on purpose: somebody has to deal with something first.
    FINDING,
    /// An error that nobody foresaw; to start again may help.
    ERROR
  }

  /// @param queued records read and not yet applied
  /// @param waiting why the last attempt failed, or for whom it is held; empty if neither
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
