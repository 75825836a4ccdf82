package dev.tandem.plan;

import java.util.List;
import java.util.stream.Stream;

/// One entity, compiled.
///
/// @param ordinal position within the domain, which state keys hold; it never changes while the
///     domain's state lives
/// @param fingerprint digest of all that decides what is translated: mapping, sources, contract
///     version
public record EntityPlan(
    String name,
    int ordinal,
    Source root,
    List<Source> children,
    EntityMapping mapping,
    TargetPlan target,
    String fingerprint) {
  public EntityPlan {
    children = List.copyOf(children);
  }

  /// The root first, then the children in the order of the spec.
  public Stream<Source> sources() {
    return Stream.concat(Stream.of(root), children.stream());
  }
}
