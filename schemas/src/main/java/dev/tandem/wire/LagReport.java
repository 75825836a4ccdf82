package dev.tandem.wire;

/// How far one partition of a domain has been compared, and how long that takes: reconciliation lag
/// is the time from a legacy commit until the target was observed to reflect it.
///
/// @param evidence what the state is said by
/// @param at when this was said, microseconds since 1970-01-01T00:00Z
/// @param read the outbox offset up to which the reconciler has read (E)
/// @param observed the newest watermark that the capture of the target has shown (W)
/// @param verdictAt the watermark at which both sides were last compared whole: V, once everything
///     due at it was judged
/// @param outboxEnd the outbox's end
/// @param observedEnd the observed topic's end
/// @param reconciled changes of an entity by a legacy transaction that were found to be reflected,
///     since the report before: one that changes many entities counts for each
/// @param toTarget from the legacy commit to the commit in the target
/// @param toObservation from the legacy commit to its observation
/// @param pending such changes that the target was not yet observed to reflect
/// @param oldestPendingAt commit of the oldest of them, microseconds since 1970-01-01T00:00Z; 0 if
///     there is none
/// @param waiting entities of which nothing can be said before a sweep or an update brings a value
///     that is not known (DESIGN invariant 13)
/// @param repairsStopped whether repairs stopped by themselves or were stopped
public record LagReport(
    String domain,
    int partition,
    State state,
    Evidence evidence,
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
    long waiting,
    long openDivergences,
    boolean repairsStopped) {
  /// What a partition is doing.
  public enum State {
    /// Nothing is pending: both topics were read to their ends, and the captures of both stores
    /// have moved on lately.
    IDLE,
    /// It moves as fast as the outbox.
    FOLLOWING,
    /// It moves, but slower than the outbox.
    SLOW,
    /// Something is pending, and nothing moves; or a capture says nothing any more, so that nobody
    /// knows what is pending.
    STOPPED,
    /// Nothing is known to be pending, and nothing was heard yet of a capture, or of where the
    /// topics end.
    UNKNOWN,
    /// The baselines have not passed yet.
    LOADING,
    /// The baselines have passed, and not every entity has been judged once.
    JUDGING
  }

  /// Whether every entity has been judged by what it was at an offset of the outbox or later. Of
  /// what stands still nobody knows whether its first look is over.
  public boolean hasCompared(long offset) {
    return switch (state) {
      case IDLE, FOLLOWING, SLOW, UNKNOWN -> verdictAt >= offset;
      case LOADING, JUDGING, STOPPED -> false;
    };
  }

  /// What stands still, of a partition that is [State#STOPPED].
  public enum Stage {
    /// Nothing, or nobody knows what.
    NONE,
    /// The capture of the legacy store.
    CAPTURE,
    /// The translation.
    TRANSLATE,
    /// What writes into the target.
    APPLY,
    /// The capture of the target.
    OBSERVE,
    /// The reconciler itself.
    RECONCILE;

    /// Why nothing is compared where this stands still, in words that complete a sentence.
    public String reason() {
      return switch (this) {
        case NONE -> "changes are pending and nothing moves";
        case CAPTURE -> "the capture of the legacy store says nothing";
        case TRANSLATE -> "changes are pending and the translation does not move";
        case APPLY -> "changes are pending and nothing is applied";
        case OBSERVE -> "the capture of the target says nothing";
        case RECONCILE -> "the reconciler does not read on";
      };
    }
  }

  /// What a state is said by. Times are those of the reconciler's clock.
  ///
  /// @param stoppedAt what stands still
  /// @param captureHeardAt when the capture of the legacy store was last seen to move on, which it
  ///     does every few seconds if nothing changes; microseconds since 1970-01-01T00:00Z, 0 before
  ///     the first time
  /// @param observeHeardAt the same of the capture of the target
  public record Evidence(Stage stoppedAt, long captureHeardAt, long observeHeardAt) {
    /// Nothing was heard.
    public static final Evidence NONE = new Evidence(Stage.NONE, 0, 0);
  }

  /// Microseconds; all 0 where nothing was measured.
  public record Percentiles(long p50, long p95, long p99, long max) {
    public static final Percentiles NONE = new Percentiles(0, 0, 0, 0);
  }
}
