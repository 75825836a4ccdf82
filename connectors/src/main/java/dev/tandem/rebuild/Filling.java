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

  /// An outbox of its own with as many partitions as the spec says, which the legacy store's
  /// capture writes beside the live one's and loads by sweeps; translated anew.
  ///
  /// @param live the spec that the live generation is fed by; the rebuilding spec's own plan where
  ///     the mapping is to stay
  record FromLegacy(MigrationPlan live) implements Filling {}

  /// The retained outbox where the spec of the live generation fits the legacy schema no more:
  /// nobody can feed that generation, and what it was captured by is compared with nothing but what
  /// was noted.
  record FromOutboxAlone() implements Filling {}
}
