package dev.tandem.plan;

import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.plan.Reconciliation.Policy;
import java.util.Set;

/// A domain whose entities have a field that is sensitive.
public final class SensitivePlan {
  private SensitivePlan() {}

  public static DomainPlan of(DomainPlan domain) {
    return new DomainPlan(
        domain.topics(),
        domain.partitions(),
        domain.generation(),
        domain.entities().stream().map(SensitivePlan::of).toList(),
        domain.partitionBy(),
        domain.tenant(),
        domain.budget(),
        domain.onSchemaChange(),
        domain.onTruncate(),
        domain.poison());
  }

  private static EntityPlan of(EntityPlan entity) {
    return new EntityPlan(
        entity.name(),
        entity.ordinal(),
        entity.root(),
        entity.children(),
        entity.mapping(),
        entity.target(),
        entity.fingerprint(),
        entity.version(),
        new Reconciliation(Policy.REPORT, Orphans.REPORT, Set.of("secret"), Set.of()),
        entity.published());
  }
}
