package dev.tandem.spec;

import java.nio.file.Path;
import java.util.List;

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
    List<DomainSpec> domains) {
  public Spec {
    domains = List.copyOf(domains);
  }
}
