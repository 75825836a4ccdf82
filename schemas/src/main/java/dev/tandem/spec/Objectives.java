package dev.tandem.spec;

import java.time.Duration;
import java.util.Optional;

/// What a domain promises.
///
/// @param reconciliationLagP99 the 99th percentile of the time from a legacy commit until the
///     target was observed to reflect it
/// @param divergenceRate the share of entities that may diverge at one moment, 0 to 1
/// @param repairWithin the time in which a divergence is repaired
/// @param rollbackWithin the time in which a promotion can be taken back; empty where the former
///     tables may be removed at once
public record Objectives(
    Duration reconciliationLagP99,
    double divergenceRate,
    Duration repairWithin,
    Optional<Duration> rollbackWithin) {
  public Objectives(Duration reconciliationLagP99, double divergenceRate, Duration repairWithin) {
    this(reconciliationLagP99, divergenceRate, repairWithin, Optional.empty());
  }
}
