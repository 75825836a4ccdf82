package dev.tandem.sweep;

import dev.tandem.table.TableId;

/// A lane of a sweep broke over what it read, for no reason that a store or the registry gave. Its
/// message has no row in it.
public final class BrokenSweepException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BrokenSweepException(TableId table, Throwable cause) {
    super("a page of " + table + " could not be read or encoded: " + kind(cause), cause);
  }

  /// With the place where it was thrown: its own message may tell what is in a row.
  private static String kind(Throwable cause) {
    StackTraceElement[] trace = cause.getStackTrace();
    return cause.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
