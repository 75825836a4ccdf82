package dev.tandem.plan;

import java.util.Set;

/// How both sides of an entity are compared, and what is done about a difference. It decides
/// nothing of what is translated.
///
/// @param sensitive contract fields whose values never leave the reconciler
/// @param computed contract fields that the target computes itself, which are not compared
public record Reconciliation(
    Policy policy, Orphans orphans, Set<String> sensitive, Set<String> computed) {
  /// What holds where the spec says nothing.
  public static final Reconciliation DEFAULT =
      new Reconciliation(Policy.REPORT, Orphans.REPORT, Set.of(), Set.of());

  public Reconciliation {
    sensitive = Set.copyOf(sensitive);
    computed = Set.copyOf(computed);
  }

  /// The same comparison, of which nothing follows but a report.
  Reconciliation reportedOnly() {
    return new Reconciliation(Policy.REPORT, Orphans.REPORT, sensitive, computed);
  }

  /// The same, but that no orphan is deleted.
  Reconciliation reportingOrphans() {
    return new Reconciliation(policy, Orphans.REPORT, sensitive, computed);
  }

  /// What is done about a difference.
  public enum Policy {
    REPORT,
    REPAIR
  }

  /// What is done about target rows that nothing of the legacy side explains.
  public enum Orphans {
    REPORT,
    DELETE
  }
}
