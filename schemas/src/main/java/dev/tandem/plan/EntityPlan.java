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
/// @param published other versions with a topic of their own; no part of the fingerprint
public record EntityPlan(
    String name,
    int ordinal,
    Source root,
    List<Source> children,
    EntityMapping mapping,
    TargetPlan target,
    String fingerprint,
    int version,
    Reconciliation reconciliation,
    List<PublishedVersion> published) {
  public EntityPlan {
    children = List.copyOf(children);
    published = List.copyOf(published);
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

  /// An entity of which only the translated version is published.
  public EntityPlan(
      String name,
      int ordinal,
      Source root,
      List<Source> children,
      EntityMapping mapping,
      TargetPlan target,
      String fingerprint,
      int version,
      Reconciliation reconciliation) {
    this(
        name,
        ordinal,
        root,
        children,
        mapping,
        target,
        fingerprint,
        version,
        reconciliation,
        List.of());
  }

  /// The same, with other versions published.
  public EntityPlan publishing(List<PublishedVersion> versions) {
    return with(target, reconciliation, versions);
  }

  /// The same, written to other tables.
  EntityPlan moved(UnaryOperator<TableId> move) {
    return with(target.moved(move), reconciliation, published);
  }

  /// The same, whose differences are reported and never repaired.
  EntityPlan reportedOnly() {
    return with(target, reconciliation.reportedOnly(), published);
  }

  private EntityPlan with(
      TargetPlan written, Reconciliation compared, List<PublishedVersion> versions) {
    return new EntityPlan(
        name, ordinal, root, children, mapping, written, fingerprint, version, compared, versions);
  }

  /// The root first, then the children in the order of the spec.
  public Stream<Source> sources() {
    return Stream.concat(Stream.of(root), children.stream());
  }
}
