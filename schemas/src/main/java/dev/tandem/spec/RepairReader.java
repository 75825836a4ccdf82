package dev.tandem.spec;

import java.util.List;
import java.util.Optional;

/// Reads how differences are repaired: whole for a domain; without the budget, which is the
/// domain's, for an entity.
final class RepairReader {
  static final List<String> POLICIES = List.of("report", "repair");
  static final List<String> ORPHANS = List.of("report", "delete");
  static final int MOST_PER_MINUTE = 1_000_000;

  private final Problems problems;
  private final Values values;

  RepairReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  RepairSpec ofDomain(Section domain) {
    return read(domain, SpecKeys.REPAIR);
  }

  RepairSpec ofEntity(Section entity) {
    return read(entity, SpecKeys.ENTITY_REPAIR);
  }

  private RepairSpec read(Section parent, List<String> known) {
    return parent
        .optional("repair")
        .map(node -> Section.of(node, known, problems))
        .map(
            repair ->
                new RepairSpec(
                    choice(repair, "policy", POLICIES),
                    choice(repair, "orphans", ORPHANS),
                    count(repair, "per-minute"),
                    count(repair, "per-tenant-per-minute"),
                    repair.optionalText("brake").flatMap(values::share)))
        .orElse(RepairSpec.NOTHING_SAID);
  }

  private Optional<String> choice(Section repair, String key, List<String> choices) {
    return repair.optionalText(key).flatMap(text -> values.choice(text, choices));
  }

  private Optional<Integer> count(Section repair, String key) {
    return repair.optionalText(key).flatMap(text -> values.count(text, MOST_PER_MINUTE));
  }
}
