package dev.tandem.plan;

import java.util.List;

/// A migration, compiled.
public record MigrationPlan(String migration, List<DomainPlan> domains) {
  public MigrationPlan {
    domains = List.copyOf(domains);
  }
}
