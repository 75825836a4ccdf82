package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import java.util.ArrayList;
import java.util.List;

/// Numbers all that records are written to in order: each partition of each domain's outbox, and
/// for each domain its dead letters. What has been written is known per strand.
final class Strands {
  private record Strand(String name, int domain, int partition) {}

  private final List<Strand> strands = new ArrayList<>();
  private final int[] firstOfDomain;
  private final int[] partitionsOfDomain;

  Strands(MigrationPlan plan) {
    List<DomainPlan> domains = plan.domains();
    firstOfDomain = new int[domains.size()];
    partitionsOfDomain = new int[domains.size()];
    for (int domain = 0; domain < domains.size(); domain++) {
      DomainPlan one = domains.get(domain);
      firstOfDomain[domain] = strands.size();
      partitionsOfDomain[domain] = one.partitions();
      for (int partition = 0; partition < one.partitions(); partition++) {
        strands.add(new Strand(one.topics().name() + "/" + partition, domain, partition));
      }
      strands.add(new Strand(one.topics().name() + "/dead-letter", domain, -1));
    }
  }

  int size() {
    return strands.size();
  }

  int of(int domain, int partition) {
    return firstOfDomain[domain] + partition;
  }

  int deadLetters(int domain) {
    return firstOfDomain[domain] + partitionsOfDomain[domain];
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
