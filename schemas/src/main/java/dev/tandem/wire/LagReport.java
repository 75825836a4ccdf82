package dev.tandem.wire;

/// How far one partition of a domain has been compared, and how long that takes: reconciliation lag
/// is the time from a legacy commit until the target was observed to reflect it.
///
/// @param at when this was said, microseconds since 1970-01-01T00:00Z
/// @param read the outbox offset up to which the reconciler has read (E)
/// @param observed the newest watermark that the capture of the target has shown (W)
/// @param verdictAt the watermark at which both sides were last compared (V)
/// @param outboxEnd the outbox's end
/// @param observedEnd the observed topic's end
/// @param reconciled transactions that were found to be reflected, since the report before
/// @param toTarget from the legacy commit to the commit in the target
/// @param toObservation from the legacy commit to its observation
/// @param pending transactions that the target was not yet observed to reflect
/// @param oldestPendingAt commit of the oldest of them, microseconds since 1970-01-01T00:00Z; 0 if
///     there is none
/// @param repairsStopped whether repairs stopped by themselves or were stopped
public record LagReport(
    String domain,
    int partition,
    State state,
    long at,
    long read,
    long observed,
    long verdictAt,
    long outboxEnd,
    long observedEnd,
    long reconciled,
    Percentiles toTarget,
    Percentiles toObservation,
    long pending,
    long oldestPendingAt,
    long openDivergences,
    boolean repairsStopped) {
  /// What a partition is doing.
  public enum State {
    /// Nothing is pending.
    IDLE,
    /// It moves as fast as the outbox.
    FOLLOWING,
    /// It moves, but slower than the outbox.
    SLOW,
    /// Something is pending, and nothing moves.
    STOPPED,
    /// The baselines have not passed yet.
    LOADING,
    /// The baselines have passed, and not every entity has been judged once.
    JUDGING
  }

  /// Whether every entity has been judged by what it was at an offset of the outbox or later. Of
  /// what stands still nobody knows whether its first look is over.
  public boolean hasCompared(long offset) {
    return switch (state) {
      case IDLE, FOLLOWING, SLOW -> verdictAt >= offset;
      case LOADING, JUDGING, STOPPED -> false;
    };
  }

  /// Microseconds; all 0 where nothing was measured.
  public record Percentiles(long p50, long p95, long p99, long max) {
    public static final Percentiles NONE = new Percentiles(0, 0, 0, 0);
  }
}
