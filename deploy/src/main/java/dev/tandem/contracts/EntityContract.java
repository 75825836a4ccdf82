package dev.tandem.contracts;

import dev.tandem.generation.Generations;
import dev.tandem.version.Step;
import dev.tandem.version.VersionedContract;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;

/// The contract of one entity.
///
/// @param folder as the spec names it
/// @param primary the version that the entity is translated to
/// @param published other versions with a topic of their own, as the spec says
/// @param tenant the field that names the tenant, if the domain declares one
public record EntityContract(
    Topics topics,
    String entity,
    Path folder,
    int primary,
    List<Integer> published,
    Optional<String> tenant,
    VersionedContract contract) {
  public EntityContract {
    published = List.copyOf(published);
  }

  /// The same in the topics of the translation that feeds the live tables.
  public EntityContract live(Generations generations) {
    return new EntityContract(
        generations.topics(topics.migration(), topics.domain()),
        entity,
        folder,
        primary,
        published,
        tenant,
        contract);
  }

  /// The steps between its versions; none where it has no chain.
  public List<Step> steps() {
    return contract.chain().map(chain -> chain.steps()).orElse(List.of());
  }

  /// Where each version that is published can be read, the primary one included.
  public SequencedMap<Integer, String> topicByVersion() {
    var all = new TreeMap<Integer, String>();
    all.put(primary, topics.contract());
    published.forEach(version -> all.putIfAbsent(version, topics.contract(version)));
    return all;
  }

  /// The version that a schema is; nothing where it is none of the folder's.
  public OptionalInt versionOf(Schema schema) {
    return contract.folder().versions().entrySet().stream()
        .filter(version -> version.getValue().equals(schema))
        .mapToInt(version -> version.getKey())
        .max();
  }
}
