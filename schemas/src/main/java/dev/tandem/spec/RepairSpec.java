package dev.tandem.spec;

import java.util.Optional;

/// How differences are repaired, as declared for a domain or for one of its entities. What is empty
/// is not said there: an entity then has what its domain says, and a domain the defaults.
///
/// @param policy `report` or `repair`
/// @param orphans what to do with target rows that nothing of the legacy side explains: `report` or
///     `delete`
/// @param perMinute the most repairs of a domain in a minute
/// @param perTenantPerMinute the most repairs of one tenant in a minute
/// @param brake the share of judged entities, above 0 and up to 1, that may newly diverge in a
///     minute before repairs stop by themselves
public record RepairSpec(
    Optional<String> policy,
    Optional<String> orphans,
    Optional<Integer> perMinute,
    Optional<Integer> perTenantPerMinute,
    Optional<Double> brake) {
  public static final RepairSpec NOTHING_SAID =
      new RepairSpec(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
