package dev.tandem.stack.registry;

import java.util.Optional;

/// One fact of the registry, as it is kept in its log. A later entry with the same key replaces an
/// earlier one.
sealed interface RegistryEntry {

  /// A schema under a subject. Entries are never taken away, so that an id is never given twice.
  ///
  /// @param schema in Avro's own compact JSON
  record Version(String subject, int version, int id, String schema, State state)
      implements RegistryEntry {
    Version withState(State changed) {
      return new Version(subject, version, id, schema, changed);
    }
  }

  /// The level that a subject asks for, or all subjects without one of their own (empty).
  record Level(Optional<String> subject, CompatibilityLevel level) implements RegistryEntry {}

  /// Listed; or deleted but with its version number kept; or erased, so that only its id remains.
  enum State {
    LISTED,
    DELETED,
    ERASED
  }
}
