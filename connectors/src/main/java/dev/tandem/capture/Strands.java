package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers all that records are written to in order: each partition of each domain's outbox, and
/// for each domain its dead letters. What has been written is known per strand.
///
/// A domain that is written to two outboxes stands twice in the plan. What cannot be placed is the
/// same in both, and is said once: they share the strand of the dead letters.
final class Strands {
  private record Strand(String name, int domain, int partition) {}

  private final List<Strand> strands = new ArrayList<>();
  private final int[] firstOfDomain;
  private final int[] deadLettersOfDomain;

  Strands(MigrationPlan plan, Side side) {
    List<DomainPlan> domains = plan.domains();
    firstOfDomain = new int[domains.size()];
    deadLettersOfDomain = new int[domains.size()];
    Map<String, Integer> deadLetters = new HashMap<>();
    for (int domain = 0; domain < domains.size(); domain++) {
      DomainPlan one = domains.get(domain);
      firstOfDomain[domain] = strands.size();
      for (int partition = 0; partition < one.partitions(); partition++) {
        strands.add(new Strand(side.name(one.topics()) + "/" + partition, domain, partition));
      }
      String name = one.topics().name() + "/dead-letter";
      Integer known = deadLetters.putIfAbsent(name, strands.size());
      deadLettersOfDomain[domain] = known == null ? strands.size() : known;
      if (known == null) {
        strands.add(new Strand(name, domain, -1));
      }
    }
  }

  int size() {
    return strands.size();
  }

  int of(int domain, int partition) {
    return firstOfDomain[domain] + partition;
  }

  int deadLetters(int domain) {
    return deadLettersOfDomain[domain];
  }

  String name(int strand) {
    return strands.get(strand).name();
  }

  int domain(int strand) {
    return strands.get(strand).domain();
  }

  /// The outbox partition, or -1 for dead letters.
  int partition(int strand) {
    return strands.get(strand).partition();
  }
}
