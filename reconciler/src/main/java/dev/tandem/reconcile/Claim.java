package dev.tandem.reconcile;

import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.row.Row;
import dev.tandem.wire.Partitioning;

/// The legacy identity that an observed row bears under a key that is not its own.
///
/// @param entity that has this identity, if there is one
/// @param identity the columns of the legacy root's key
record Claim(StateKey entity, Row identity) {
  /// Whether the identity says that its entity, if there is one, belongs to a partition: then that
  /// partition knows whether there is.
  boolean isOf(DomainPlan plan, EntityPlan of, int partition) {
    if (plan.partitions() == 1) {
      return true;
    }
    if (!plan.saysPartition(of)) {
      return false;
    }
    try {
      String key = of.mapping().partitionKey(of.root(), identity);
      return Partitioning.partition(key, plan.partitions()) == partition;
    } catch (RuntimeException unsaid) {
      // A mapping in Java may throw anything.
      return false;
    }
  }
}
