package dev.tandem.reconcile;

import dev.tandem.plan.DomainPlan;

/// The share that a partition has of what a domain, and a tenant, may be repaired in a minute. The
/// rules:
///
/// - in each minute the shares of all partitions add up to the budget, and not to more; where it is
///   smaller than the number of partitions, it is another partition's turn in each minute;
/// - a tenant that stands in one partition, since the domain is partitioned by tenant, has all of
///   its budget there.
///
/// @param partition whose share it is
/// @param isByTenant whether a tenant stands in one partition
record BudgetShare(int partition, int partitions, boolean isByTenant) {
  static BudgetShare of(DomainPlan plan, int partition) {
    boolean byTenant = plan.tenant().filter(plan.partitionBy()::equals).isPresent();
    return new BudgetShare(partition, plan.partitions(), byTenant);
  }

  /// @param minute number of the minute
  int ofDomain(int budget, long minute) {
    long turn = Math.floorMod(partition + minute, partitions);
    return (int) ((turn + 1) * budget / partitions - turn * budget / partitions);
  }

  /// @param minute number of the minute
  int ofTenant(int budget, long minute) {
    return isByTenant ? budget : ofDomain(budget, minute);
  }
}
