package dev.tandem.job;

import dev.tandem.table.TableId;

/// What a capture noted last of one sweep of a job.
///
/// @param reason why it does not run freely, empty if it does
/// @param rows read so far; all of them stand in the topic
/// @param unplaced of these rows, those that no partition got: nothing is compared of them, and
///     what is gone is not looked for
/// @param estimate about how many there are
/// @param rate rows a second of late, 0 where that is not known
/// @param startedAt microseconds since 1970-01-01T00:00Z
/// @param at of this note, microseconds since 1970-01-01T00:00Z
/// @param orderedAt when the order was given that it follows, by the clock of whoever gave it; 0
///     where that was not noted
public record SweepReport(
    TableId table,
    Phase phase,
    String reason,
    long rows,
    long unplaced,
    long estimate,
    long rate,
    long startedAt,
    long at,
    long orderedAt) {
  /// ```
  ///   RUNNING ◀──▶ SLOWED ◀──▶ HELD      by themselves, for a store's sake
  ///      │  ▲
  ///      │  └──▶ STOPPED                 paused or cancelled, as ordered
  ///      ├──▶ FAILED ──▶ RUNNING         once it is ordered again
  ///      └──▶ ENDED
  /// ```
  public enum Phase {
    RUNNING,
    SLOWED,
    HELD,
    STOPPED,
    FAILED,
    ENDED
  }

  public boolean hasEnded() {
    return phase == Phase.ENDED;
  }
}
