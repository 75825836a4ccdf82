package dev.tandem.plan;

import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.plan.Reconciliation.Policy;
import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Problems;
import dev.tandem.spec.RepairSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.Schema;

/// Binds what the spec says of comparing and repairing: what an entity does not say is its
/// domain's, and every field it names is one of the contract. What names a row or its partition is
/// always compared.
record ReconciliationBinder(DomainSpec domain, Problems problems) {

  Reconciliation bind(EntitySpec entity, Schema contract) {
    RepairSpec own = entity.comparison().repair();
    RepairSpec general = domain.repair();
    return new Reconciliation(
        own.policy()
            .or(general::policy)
            .map(it -> Policy.valueOf(it.toUpperCase(Locale.ROOT)))
            .orElse(Reconciliation.DEFAULT.policy()),
        own.orphans()
            .or(general::orphans)
            .map(it -> Orphans.valueOf(it.toUpperCase(Locale.ROOT)))
            .orElse(Reconciliation.DEFAULT.orphans()),
        sensitive(entity, contract),
        computed(entity, contract));
  }

  /// The domain's; without tenants, the whole of it may be spent on what counts as one tenant.
  RepairBudget budget() {
    RepairSpec repair = domain.repair();
    int perMinute = repair.perMinute().orElse(RepairBudget.DEFAULT.perMinute());
    return new RepairBudget(
        perMinute,
        repair
            .perTenantPerMinute()
            .orElse(
                domain.tenant().isPresent()
                    ? RepairBudget.DEFAULT.perTenantPerMinute()
                    : perMinute),
        repair.brake().orElse(RepairBudget.DEFAULT.brake()));
  }

  private Set<String> computed(EntitySpec entity, Schema contract) {
    List<Located<String>> named = entity.comparison().computed();
    List<String> key = entity.key().stream().map(Located::value).toList();
    for (Located<String> field : named) {
      boolean partition = field.value().equals(domain.partitionBy().value());
      if (partition || key.contains(field.value())) {
        field.error(
            problems,
            "'"
                + field.value()
                + "' "
                + (key.contains(field.value()) ? "is part of the key" : "decides the partition")
                + ", so the target cannot compute it: both sides meet by it",
            "take it out of 'computed'");
      }
    }
    return fields(named, contract);
  }

  /// The key of a contract record, of a divergence and of a request for repair is the entity's key,
  /// and the tenant is a label of metrics: neither can be hidden.
  private Set<String> sensitive(EntitySpec entity, Schema contract) {
    List<Located<String>> named = entity.comparison().sensitive();
    List<String> key = entity.key().stream().map(Located::value).toList();
    for (Located<String> field : named) {
      boolean tenant =
          domain.tenant().map(Located::value).filter(field.value()::equals).isPresent();
      if (tenant || key.contains(field.value())) {
        field.error(
            problems,
            "'"
                + field.value()
                + "' "
                + (tenant ? "names the tenant" : "is part of the key")
                + ", which names records, events and metrics and cannot be hidden",
            "take it out of 'sensitive', or make it of a value that may be seen: { uuid5: … }");
      }
    }
    return fields(named, contract);
  }

  private Set<String> fields(List<Located<String>> named, Schema contract) {
    var fields = new LinkedHashSet<String>();
    for (Located<String> field : named) {
      if (contract.getField(field.value()) == null) {
        field.error(
            problems,
            "the contract " + contract.getName() + " has no field '" + field.value() + "'",
            NearMatch.suggestion(field.value(), ContractTypes.names(contract)));
      }
      fields.add(field.value());
    }
    return fields;
  }
}
