package dev.tandem.spec;

import dev.tandem.table.TableId;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A migration as its spec file declares it: every value read and of the right form, no name bound
/// to a database yet.
///
/// @param folder the spec file's folder, against which its relative paths are resolved
/// @param domains in the order of the document
public record Spec(
    Located<String> migration,
    Path folder,
    StoreSpec legacy,
    StoreSpec target,
    ClientProperties kafka,
    RegistrySpec registry,
    HttpSpec http,
    List<DomainSpec> domains) {
  public Spec {
    domains = List.copyOf(domains);
  }

  /// The same migration, operated by others.
  public Spec with(HttpSpec callers) {
    return new Spec(migration, folder, legacy, target, kafka, registry, callers, domains);
  }

  /// Every legacy table that the spec names.
  public Set<TableId> legacyTables() {
    return tables(
        domains,
        entity ->
            Stream.concat(
                Stream.of(entity.from().root()),
                entity.from().children().stream().map(SourceSpec.Child::table)));
  }

  /// Every target table that the spec names.
  public Set<TableId> targetTables() {
    return tables(domains, Spec::targets);
  }

  /// Every target table that a domain names.
  public static Set<TableId> targetTables(DomainSpec domain) {
    return tables(List.of(domain), Spec::targets);
  }

  private static Stream<Located<TableId>> targets(EntitySpec entity) {
    return Stream.concat(
        Stream.of(entity.to().table()),
        entity.to().children().stream().map(TargetSpec.Child::table));
  }

  private static Set<TableId> tables(
      List<DomainSpec> domains, Function<EntitySpec, Stream<Located<TableId>>> of) {
    return domains.stream()
        .flatMap(domain -> domain.entities().stream())
        .flatMap(of)
        .filter(Located::known)
        .map(Located::value)
        .collect(Collectors.toUnmodifiableSet());
  }
}
