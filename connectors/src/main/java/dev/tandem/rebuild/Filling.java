package dev.tandem.rebuild;

import dev.tandem.plan.MigrationPlan;

/// What a new generation is filled from.
public sealed interface Filling {
  /// The contract topic that feeds the live generation: the mapping stays.
  record FromContract() implements Filling {}

  /// The retained outbox, translated anew.
  ///
  /// @param live the spec that the live generation is fed by; the rebuilding spec's own plan where
  ///     the mapping is to stay
  record FromOutbox(MigrationPlan live) implements Filling {}
}
