package dev.tandem.invariant;

import java.math.BigDecimal;

/// Two queries that have to say the same of both stores, where they stand at the same position.
///
/// @param legacy one SELECT for the legacy store
/// @param target one SELECT for the target, with as many columns of comparable types
public record Invariant(String name, String legacy, String target, Match match) {
  /// Which rows belong together, and how far numbers may be apart.
  ///
  /// @param key how many of the first columns tell rows apart; 0 where rows are compared whole,
  ///     each as often as it is there
  /// @param tolerance by which numbers behind the key may differ
  public record Match(int key, BigDecimal tolerance) {
    public static final Match WHOLE = new Match(0, BigDecimal.ZERO);

    public Match {
      if (key < 0 || tolerance.signum() < 0) {
        throw new IllegalArgumentException(
            "expected a key and a tolerance from 0, found " + key + " and " + tolerance);
      }
      if (key == 0 && tolerance.signum() > 0) {
        throw new IllegalArgumentException(
            "a tolerance of " + tolerance + " without a key: which rows belong together?");
      }
    }
  }
}
