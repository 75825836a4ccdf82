package dev.tandem.plan;

import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One domain, compiled.
///
/// @param generation the translation that is written to the target, from 1
public record DomainPlan(Topics topics, int partitions, int generation, List<EntityPlan> entities) {
  public DomainPlan {
    entities = List.copyOf(entities);
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "domain " + topics.domain() + " with " + partitions + " partitions");
    }
  }

  public String name() {
    return topics.domain();
  }

  /// Every legacy table that the domain reads.
  public Set<TableId> tables() {
    return entities.stream()
        .flatMap(EntityPlan::sources)
        .map(Source::table)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Digest of all that decides what is translated; it is kept with the checkpoint.
  public String fingerprint() {
    return entities.stream().map(EntityPlan::fingerprint).collect(Collectors.joining("-"));
  }
}
