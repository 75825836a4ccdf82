package dev.tandem.setup;

import dev.tandem.capture.Side;
import dev.tandem.spec.RetainedLog;

/// What is declared of the log that each store keeps for its slot.
public record RetainedLogs(RetainedLog legacy, RetainedLog target) {
  public static final RetainedLogs NOTHING_SAID =
      new RetainedLogs(RetainedLog.NOTHING_SAID, RetainedLog.NOTHING_SAID);

  public RetainedLog of(Side side) {
    return switch (side) {
      case LEGACY -> legacy;
      case TARGET -> target;
    };
  }
}
