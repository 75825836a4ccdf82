package dev.tandem.standing;

import dev.tandem.generation.Generation;
import dev.tandem.generation.PaceRule;
import dev.tandem.generation.Proof;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where the generations of one domain stand.
///
/// @param generations the oldest first
/// @param unvalidated what the last exchange left to be done, as statements
public record Standing(String domain, List<Row> generations, List<String> unvalidated) {
  public Standing {
    unvalidated = List.copyOf(unvalidated);
    generations = List.copyOf(generations);
  }

  /// One generation.
  ///
  /// @param contractTopic that it is fed from
  /// @param outbox that is translated for it
  /// @param partitions of both topics
  /// @param applied outbox offsets that its tables reflect, summed over partitions
  /// @param behind offsets by which it is behind the live one, summed over partitions
  /// @param proof of one beside the live one
  /// @param pace of one beside the live one: whether it is held, or slowed, and why
  /// @param keptUntil of one that was live: until then its removal is refused, since the domain
  ///     promises the way back
  public record Row(
      Generation generation,
      String contractTopic,
      String outbox,
      int partitions,
      long applied,
      long behind,
      Optional<Proof> proof,
      Optional<PaceRule.Standing> pace,
      Optional<Instant> keptUntil) {}
}
