package dev.tandem.spec;

import java.util.List;
import java.util.Optional;

/// One domain as declared.
///
/// @param partitions how many partitions its topics have
/// @param partitionBy the contract field that every entity of the domain carries
/// @param tenant the contract field that names the tenant
/// @param repair how differences are repaired, where an entity does not say otherwise
/// @param poison the most dead letters in a minute, where it is said
/// @param onSchemaChange what is done about a change of the legacy schema that the mapping cannot
///     follow, where it is said
/// @param onTruncate what is done where a legacy table is truncated, where it is said
/// @param invariants pairs of queries that are to say the same of both stores
/// @param entities in the order of the document
public record DomainSpec(
    Located<String> name,
    Owner owner,
    int partitions,
    Located<String> partitionBy,
    Optional<Located<String>> tenant,
    Objectives objectives,
    RepairSpec repair,
    Optional<Integer> poison,
    Optional<String> onSchemaChange,
    Optional<String> onTruncate,
    List<InvariantSpec> invariants,
    List<EntitySpec> entities,
    Sunset sunset) {
  public DomainSpec {
    invariants = List.copyOf(invariants);
    entities = List.copyOf(entities);
  }

  /// Who answers for a domain.
  ///
  /// @param contact where an alarm goes
  public record Owner(String team, String contact) {}
}
