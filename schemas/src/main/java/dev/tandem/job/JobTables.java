package dev.tandem.job;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.table.TableId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which tables a job sweeps.
public final class JobTables {
  private JobTables() {}

  /// The domain that a job is of, if the spec still has it.
  public static Optional<DomainPlan> domain(MigrationPlan plan, JobOrder order) {
    return plan.domains().stream()
        .filter(domain -> domain.name().equals(order.domain()))
        .findFirst();
  }

  /// The entities that a job is about.
  public static Stream<EntityPlan> entities(DomainPlan domain, JobScope scope) {
    return domain.entities().stream().filter(entity -> scope.includes(entity.name()));
  }

  /// In the legacy store; outbox tables whose events have no order are not swept.
  public static Set<TableId> legacy(MigrationPlan plan, JobOrder order) {
    var tables = new TreeSet<TableId>();
    domain(plan, order).stream()
        .flatMap(domain -> entities(domain, order.scope()))
        .flatMap(EntityPlan::sources)
        .filter(Source::isSwept)
        .map(Source::table)
        .forEach(tables::add);
    return tables;
  }

  /// In the target: none for a backfill, which does not look at it.
  public static Set<TableId> target(MigrationPlan plan, JobOrder order) {
    var tables = new TreeSet<TableId>();
    if (order.kind() == JobOrder.Kind.VERIFY) {
      domain(plan, order).stream()
          .flatMap(domain -> entities(domain, order.scope()))
          .map(EntityPlan::target)
          .forEach(target -> tables(target).forEach(tables::add));
    }
    return tables;
  }

  private static Stream<TableId> tables(TargetPlan target) {
    return Stream.concat(
            Stream.of(target.root()), target.children().stream().map(TargetPlan.Child::table))
        .map(TargetPlan.TargetTable::table);
  }
}
