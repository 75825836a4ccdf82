package dev.tandem.spec;

import dev.tandem.invariant.Invariant;

/// A pair of queries as declared, each with its place.
///
/// @param name how reports call it
public record InvariantSpec(
    Located<String> name, Located<String> legacy, Located<String> target, Invariant.Match match) {
  public Invariant invariant() {
    return new Invariant(name.value(), legacy.value(), target.value(), match);
  }
}
