package dev.tandem.plan;

/// How much a domain repairs before it stops by itself.
///
/// @param perMinute the most repairs of the domain in a minute
/// @param perTenantPerMinute the most repairs of one tenant in a minute
/// @param brake the share of judged entities, above 0 and up to 1, that may newly diverge in a
///     minute: beyond it the fault is taken to be systematic, and repairs stop
public record RepairBudget(int perMinute, int perTenantPerMinute, double brake) {
  /// What holds where the spec says nothing.
  public static final RepairBudget DEFAULT = new RepairBudget(600, 60, 0.05);

  public RepairBudget {
    if (perMinute < 1 || perTenantPerMinute < 1) {
      throw new IllegalArgumentException(
          "a budget of " + perMinute + " repairs, " + perTenantPerMinute + " for a tenant");
    }
    if (!(brake > 0 && brake <= 1)) {
      throw new IllegalArgumentException("a brake of " + brake);
    }
  }
}
