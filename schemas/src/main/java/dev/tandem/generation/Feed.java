package dev.tandem.generation;

import dev.tandem.plan.DomainPlan;
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
/// @param log the outbox that is translated
public record Feed(
    int translatedFor, @Nullable String mapping, @Nullable String captured, Log log) {
  /// Of a domain whose mapping was never another.
  public static final Feed FIRST = new Feed(Topics.FIRST_TRANSLATION, null, null);

  /// An outbox.
  ///
  /// @param outboxOf the number of the generation that it began with
  /// @param partitions how many it has; null where none was noted, which is as many as the spec
  ///     says
  public record Log(int outboxOf, @Nullable Integer partitions) {
    /// Of a domain that has as many partitions as it began with.
    public static final Log FIRST = new Log(Topics.FIRST_OUTBOX, null);

    /// How many partitions it has.
    ///
    /// @param spec the domain as the spec has it
    public int partitions(DomainPlan spec) {
      return partitions == null ? spec.partitions() : partitions;
    }
  }

  /// Over the outbox that the domain began with.
  public Feed(int translatedFor, @Nullable String mapping, @Nullable String captured) {
    this(translatedFor, mapping, captured, Log.FIRST);
  }

  /// Whether a spec with this mapping feeds it.
  public boolean isOf(String fingerprint) {
    return mapping == null || mapping.equals(fingerprint);
  }

  /// A domain over the outbox that this is filled from.
  ///
  /// @param spec the domain as the spec has it
  public DomainPlan over(DomainPlan spec) {
    return spec.over(log.outboxOf(), log.partitions(spec));
  }
}
