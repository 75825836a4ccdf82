package dev.tandem.setup;

import java.util.Comparator;
import java.util.List;

/// What exists of a migration.
///
/// @param found in the order of removal
/// @param unseen places that could not be looked at, with the reason
public record Remnants(List<Remnant> found, List<String> unseen) {
  public Remnants {
    found = found.stream().sorted(Comparator.comparing(Remnant::kind)).toList();
    unseen = List.copyOf(unseen);
  }

  boolean has(Remnant.Kind kind, String name) {
    return found.stream().anyMatch(it -> it.kind() == kind && it.name().equals(name));
  }
}
