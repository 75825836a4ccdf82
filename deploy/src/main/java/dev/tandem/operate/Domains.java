package dev.tandem.operate;

import dev.tandem.ledger.Selection;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.spec.NearMatch;
import java.util.List;

/// What an operator names, found in the plan. Names that the spec does not have are refused, with
/// what was probably meant.
public final class Domains {
  private Domains() {}

  public static DomainPlan named(MigrationPlan plan, String name) {
    known("--domain", name, plan.domains().stream().map(DomainPlan::name).toList());
    return plan.domains().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  /// A selection, once it is known that the plan has all that it names.
  public static Selection known(MigrationPlan plan, Selection wanted) {
    List<DomainPlan> domains = plan.domains();
    wanted
        .domain()
        .ifPresent(it -> known("--domain", it, domains.stream().map(DomainPlan::name).toList()));
    List<EntityPlan> entities =
        domains.stream()
            .filter(it -> wanted.domain().map(it.name()::equals).orElse(true))
            .flatMap(it -> it.entities().stream())
            .toList();
    wanted
        .entity()
        .ifPresent(it -> known("--entity", it, entities.stream().map(EntityPlan::name).toList()));
    List<String> fields =
        entities.stream()
            .filter(it -> wanted.entity().map(it.name()::equals).orElse(true))
            .flatMap(it -> it.mapping().key().getFields().stream())
            .map(field -> field.name())
            .distinct()
            .toList();
    wanted.key().forEach(part -> known("--key", part.field(), fields));
    return wanted;
  }

  private static void known(String option, String name, List<String> names) {
    if (!names.contains(name)) {
      throw Refusal.wrong(
          option + ": the spec has no '" + name + "' there; " + NearMatch.suggestion(name, names));
    }
  }
}
