package dev.tandem.ledger;

import dev.tandem.wire.Divergence.Kind;

/// What each kind of divergence means, in words that complete "an entity that …".
public final class KindMeaning {
  private KindMeaning() {}

  public static String of(Kind kind) {
    return switch (kind) {
      case MISSING -> "is expected, but not in the target";
      case UNEXPECTED -> "is in the target, but nothing of the legacy side explains it";
      case FIELD_MISMATCH -> "is on both sides, with different values";
      case GHOST -> "a complete sweep did not meet: it was deleted without a captured delete";
      case LOST_WRITE -> "the target holds as it was before a change it had been given";
      case FOREIGN_WRITE -> "somebody else wrote in the target";
      case REGRESSED -> "was equal, and went back to what it was before";
      case UNTRANSLATABLE -> "could not be translated: see the dead letters";
      case UNAPPLIABLE -> "the target did not take: see the dead letters";
      case DUPLICATE -> "stands in the target twice for one legacy identity";
      case CAPTURE_LOSS -> "a sweep saw changed, but no change of it was captured";
    };
  }
}
