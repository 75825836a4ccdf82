package dev.tandem.status;

import java.time.Duration;

/// Where one domain stands.
///
/// @param captured records in the outbox, markers included
/// @param translated of those, how many translation has read
/// @param applied of those, how many the target reflects
/// @param behind age of the oldest captured record that the target does not reflect; zero if there
///     is none
/// @param deadLetters records that could not be translated or applied
/// @param heldFor who holds its apply for a while, so that it goes no further; empty if nobody does
public record DomainStatus(
    String domain,
    long captured,
    long translated,
    long applied,
    Duration behind,
    long deadLetters,
    String heldFor) {
  /// Captured, not yet in the target.
  public long pending() {
    return captured - applied;
  }
}
