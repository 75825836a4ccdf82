package dev.tandem.spec;

import java.util.List;
import java.util.Optional;

/// One entity as declared.
///
/// @param contract folder of the contract, relative to the spec file's
/// @param version of the contract; the newest where it is not said
/// @param publish other versions that have a topic of their own
/// @param key contract fields, in order
/// @param map the mapping as written: lenses are compiled from it
/// @param comparison how both sides are compared, and what is done about a difference
public record EntitySpec(
    Located<String> name,
    Located<String> contract,
    Optional<Located<Integer>> version,
    List<Located<Integer>> publish,
    SourceSpec from,
    List<Located<String>> key,
    Node.Mapping map,
    TargetSpec to,
    ComparisonSpec comparison) {
  public EntitySpec {
    publish = List.copyOf(publish);
    key = List.copyOf(key);
  }

  /// Path of the mapping in the document.
  public String mapPath() {
    return name.path() + ".map";
  }
}
