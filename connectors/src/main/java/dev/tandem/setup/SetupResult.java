package dev.tandem.setup;

import java.util.List;

/// What set-up has done.
///
/// @param visibleFrom the server's next transaction id, read after the slot existed and the
///     publication had committed: a first snapshot waits until everything below is visible
public record SetupResult(List<Step> steps, long visibleFrom) {
  public SetupResult {
    steps = List.copyOf(steps);
  }
}
