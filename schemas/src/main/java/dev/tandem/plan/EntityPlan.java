package dev.tandem.plan;

import dev.tandem.table.TableId;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// One entity, compiled.
///
/// @param ordinal position within the domain, which state keys hold; it never changes while the
///     domain's state lives
/// @param fingerprint digest of all that decides what is translated: mapping, sources, contract
///     version
/// @param version of the contract
/// @param reconciliation how both sides are compared; no part of the fingerprint
public record EntityPlan(
    String name,
    int ordinal,
    Source root,
    List<Source> children,
    EntityMapping mapping,
    TargetPlan target,
    String fingerprint,
    int version,
    Reconciliation reconciliation) {
  public EntityPlan {
    children = List.copyOf(children);
  }

  /// An entity of the contract's first version, compared as it is where the spec says nothing.
  public EntityPlan(
      String name,
      int ordinal,
      Source root,
      List<Source> children,
      EntityMapping mapping,
      TargetPlan target,
      String fingerprint) {
    this(name, ordinal, root, children, mapping, target, fingerprint, 1, Reconciliation.DEFAULT);
  }

  /// The same, written to other tables.
  EntityPlan moved(UnaryOperator<TableId> move) {
    return new EntityPlan(
        name,
        ordinal,
        root,
        children,
        mapping,
        target.moved(move),
        fingerprint,
        version,
        reconciliation);
  }

  /// The same, whose differences are reported and never repaired.
  EntityPlan reportedOnly() {
    return new EntityPlan(
        name,
        ordinal,
        root,
        children,
        mapping,
        target,
        fingerprint,
        version,
        reconciliation.reportedOnly());
  }

  /// The root first, then the children in the order of the spec.
  public Stream<Source> sources() {
    return Stream.concat(Stream.of(root), children.stream());
  }
}
