package dev.tandem.run;

import dev.tandem.metrics.SlotGauges.Reading;
import dev.tandem.setup.SlotBudget;

/// When a slot is to be dropped that retains more than is declared: where the spec says that it is,
/// and at so many looks in a row it retained too much and nobody read it. That takes longer than
/// capture needs to start again or to be taken over. A look that was not answered counts for
/// nothing, and what was before it is forgotten. Not thread-safe.
final class SlotDrop {
  private static final int LOOKS = 5;
  private int looks;

  /// One more look.
  boolean isDue(Reading found, SlotBudget budget) {
    looks = !found.active() && budget.drops(found.retained()) ? looks + 1 : 0;
    return looks >= LOOKS;
  }

  void forget() {
    looks = 0;
  }
}
