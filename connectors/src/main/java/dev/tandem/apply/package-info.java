/// Writes contract records to the target: each partition in order, exactly once, by transactions
/// that first compare-and-set the partition's checkpoint row (DESIGN invariant 4).
///
/// The classes that hold a rule ([WatermarkRule], [BatchPlan], [Collapse], [Failure], [TableOrder],
/// [TableSql]) use neither Kafka's clients nor JDBC connections. May depend on `schemas` and on
/// `dev.tandem.postgres`, never on capture or sweeps.
@NullMarked
package dev.tandem.apply;

import org.jspecify.annotations.NullMarked;
