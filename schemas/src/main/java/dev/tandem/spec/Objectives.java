package dev.tandem.spec;

import java.time.Duration;

/// What a domain promises.
///
/// @param reconciliationLagP99 the 99th percentile of the time from a legacy commit until the
///     target was observed to reflect it
/// @param divergenceRate the share of entities that may diverge at one moment, 0 to 1
/// @param repairWithin the time in which a divergence is repaired
public record Objectives(
    Duration reconciliationLagP99, double divergenceRate, Duration repairWithin) {}
