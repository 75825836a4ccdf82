package dev.tandem.reconcile;

import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.LagReport;
import java.util.Map;

/// What a reconciliation tells of itself, for metrics. Called by several threads.
public interface ReconcileListener {
  /// Hears nothing.
  ReconcileListener NONE = new ReconcileListener() {};

  /// A step of reconciling, for its cost.
  enum Step {
    /// Bytes of the outbox or of the observed topic to a record.
    DECODE,
    /// Taking a legacy change, and judging what became due.
    EXPECT,
    /// Taking a change of the target, and judging what became due.
    OBSERVE
  }

  default void spent(Step step, long nanos) {}

  /// An entity was judged.
  default void judged(String entity) {}

  default void opened(String entity, String tenant, Kind kind) {}

  /// @param lasted microseconds since it was opened
  default void closed(String entity, String tenant, Kind kind, long lasted) {}

  default void repaired(String entity, String tenant, Kind kind) {}

  /// What divergences are counted by.
  ///
  /// @param tenant empty where it is not known
  record Found(String entity, String tenant, Kind kind) {}

  /// How many divergences are open of each kind that there is; with each [#standing].
  default void open(int partition, Map<Found, Long> counts) {}

  /// Whether repairs have stopped by themselves: when that changes, and with each [#standing].
  default void repairsStopped(int partition, boolean stopped) {}

  /// A legacy row could not be translated whose entity is not known, or a row of the target could
  /// not be placed.
  default void nameless(String entity) {}

  /// What a transaction of the legacy store did to one entity was seen in the target.
  ///
  /// @param toTarget microseconds from commit to commit
  /// @param toObservation microseconds from the legacy commit until it was seen
  default void reconciled(long toTarget, long toObservation) {}

  /// Said every second of each partition that is reconciled here.
  default void standing(LagReport report) {}
}
