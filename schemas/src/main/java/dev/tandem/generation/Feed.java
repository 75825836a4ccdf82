package dev.tandem.generation;

import dev.tandem.wire.Topics;
import org.jspecify.annotations.Nullable;

/// What a generation is filled from.
///
/// @param translatedFor the number of the generation that its translation began with: its own where
///     it was translated anew from the outbox, that of an older one where it is fed from the
///     contract topic that was there; see [Topics]
/// @param mapping the fingerprint of its mapping; null where none was noted, which is the mapping
///     that its checkpoints are of
/// @param captured the digest of the [CaptureForm]s of its spec; null where none was noted
public record Feed(int translatedFor, @Nullable String mapping, @Nullable String captured) {
  /// Of a domain whose mapping was never another.
  public static final Feed FIRST = new Feed(Topics.FIRST_TRANSLATION, null, null);

  /// Whether a spec with this mapping feeds it.
  public boolean isOf(String fingerprint) {
    return mapping == null || mapping.equals(fingerprint);
  }
}
