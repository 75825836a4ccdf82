package dev.tandem.contracts;

import dev.tandem.contracts.ContractConsumers.Group;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Who reads which version, and which versions are in use.
///
/// @param topics that there are, or are named
/// @param skew nothing where it cannot be told now
/// @param unknown why not; empty where it is told
public record ContractUse(
    List<String> topics, List<Reading> readings, Optional<VersionSkew> skew, String unknown) {
  /// One group on one topic, and what it reads there.
  ///
  /// @param entities whose records are in the topic
  public record Reading(String domain, Group group, List<Read> entities) {
    public Reading {
      entities = List.copyOf(entities);
    }
  }

  /// @param version nothing where no record tells it
  public record Read(String entity, OptionalInt version) {}

  public ContractUse {
    topics = List.copyOf(topics);
    readings = List.copyOf(readings);
  }

  /// The groups alone.
  public List<Group> groups() {
    return readings.stream().map(Reading::group).toList();
  }
}
