package dev.tandem.spec;

import java.util.List;

/// How both sides of an entity are compared, as declared.
///
/// @param repair what differs from the domain's
/// @param sensitive contract fields whose values never appear in divergence events
/// @param computed contract fields that the target computes itself, which are not compared
public record ComparisonSpec(
    RepairSpec repair, List<Located<String>> sensitive, List<Located<String>> computed) {
  public ComparisonSpec {
    sensitive = List.copyOf(sensitive);
    computed = List.copyOf(computed);
  }
}
