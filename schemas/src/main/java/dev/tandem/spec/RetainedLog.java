package dev.tandem.spec;

import java.util.OptionalLong;

/// What is declared of the log that a store keeps for the slot by which it is captured.
///
/// @param budget bytes; empty where nothing is said
/// @param action what is done when the slot retains more; to drop it needs a budget
public record RetainedLog(OptionalLong budget, Action action) {
  public static final RetainedLog NOTHING_SAID =
      new RetainedLog(OptionalLong.empty(), Action.ALARM);

  /// What is done about a slot that retains too much.
  public enum Action {
    /// It is said, and nothing else.
    ALARM,
    /// The slot is dropped while nobody reads it: the store's disk is worth more than the place
    /// that the migration has reached.
    DROP_SLOT
  }

  public RetainedLog {
    if (budget.isPresent() && budget.getAsLong() <= 0) {
      throw new IllegalArgumentException("a budget of " + budget.getAsLong() + " bytes");
    }
    if (action == Action.DROP_SLOT && budget.isEmpty()) {
      throw new IllegalArgumentException("a slot to be dropped beyond no budget");
    }
  }
}
