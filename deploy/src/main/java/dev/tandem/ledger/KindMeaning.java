package dev.tandem.ledger;

import dev.tandem.wire.Divergence.Kind;

/// What each kind of divergence means, in words that complete "an entity that …".
public final class KindMeaning {
  private KindMeaning() {}

  public static String of(Kind kind) {
    return switch (kind) {
      case MISSING -> "should be in the target, and never was";
      case UNEXPECTED -> "is in the target, but nothing of the legacy side explains it";
      case FIELD_MISMATCH -> "is on both sides, with different values";
      case GHOST -> "was deleted on the legacy side, and is still in the target";
      case LOST_WRITE -> "has not changed in the target, though the target has passed its change";
      case FOREIGN_WRITE -> "somebody else wrote last in the target";
      case REGRESSED -> "is in the target as it was before a later change";
      case UNTRANSLATABLE -> "the mapping cannot translate: see the dead letters";
      case UNAPPLIABLE -> "the target refused: see the dead letters";
      case DUPLICATE -> "bears the legacy identity of another, under a key of its own";
      case CAPTURE_LOSS -> "a sweep saw changed, though no change of it was captured";
    };
  }
}
