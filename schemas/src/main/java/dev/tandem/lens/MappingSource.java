package dev.tandem.lens;

import dev.tandem.spec.Node;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/// What the mapping of one entity is compiled from.
///
/// @param entity the entity's name
/// @param path where the entity stands in the spec: `domains.customers.entities.Customer`; `.map`
///     and the field's name are added to it in problems
/// @param map the `map` block
/// @param contract the contract's record schema in the version translated to
/// @param keyFields contract fields that name an instance, in order
/// @param partitionBy the domain's partition field, which the contract has
/// @param tenant the domain's tenant field, if it declares one
public record MappingSource(
    String entity,
    String path,
    Node.Mapping map,
    Schema contract,
    List<String> keyFields,
    String partitionBy,
    Optional<String> tenant,
    EntityTables tables) {
  public MappingSource {
    keyFields = List.copyOf(keyFields);
  }

  /// The same over tables with columns of other types.
  MappingSource with(EntityTables other) {
    return new MappingSource(entity, path, map, contract, keyFields, partitionBy, tenant, other);
  }
}
