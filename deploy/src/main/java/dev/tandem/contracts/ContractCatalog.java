package dev.tandem.contracts;

import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.version.VersionedContract;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The contracts of all entities of a spec. Opens no connection, and needs no more of the spec to
/// be right than what it says of contracts.
public final class ContractCatalog {
  private ContractCatalog() {}

  /// Every contract that can be read, in the order of the spec; what is wrong with any is reported.
  public static List<EntityContract> read(Spec spec, Problems problems) {
    var all = new ArrayList<EntityContract>();
    for (DomainSpec domain : spec.domains()) {
      var topics = new Topics(spec.migration().value(), domain.name().value());
      for (EntitySpec entity : domain.entities()) {
        if (entity.contract().known()) {
          read(spec.folder(), new Place(topics, domain), entity, problems).ifPresent(all::add);
        }
      }
    }
    return all;
  }

  /// Which domain an entity is of.
  private record Place(Topics topics, DomainSpec domain) {}

  private static Optional<EntityContract> read(
      Path folder, Place of, EntitySpec entity, Problems problems) {
    Located<String> at = entity.contract();
    return VersionedContract.load(folder.resolve(at.value()), at.place(), at.path(), problems)
        .map(
            contract ->
                new EntityContract(
                    of.topics,
                    entity.name().value(),
                    Path.of(at.value()),
                    entity
                        .version()
                        .map(Located::value)
                        .orElseGet(() -> contract.folder().versions().lastKey()),
                    entity.publish().stream().map(Located::value).toList(),
                    of.domain.tenant().filter(Located::known).map(Located::value),
                    contract));
  }
}
