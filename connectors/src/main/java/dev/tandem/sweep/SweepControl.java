package dev.tandem.sweep;

/// Asked by a sweep before each of its writes.
public interface SweepControl {
  /// Goes on to the end as fast as it can.
  SweepControl FREE = _ -> true;

  /// Whether the sweep goes on; if not, it ends where it stands, and what it has read ahead is
  /// dropped. May wait.
  ///
  /// @param progress as it stands in the topic
  boolean goesOn(SweepProgress progress) throws InterruptedException;

  /// How many pages its next write has at most.
  default int mostPages() {
    return 4;
  }
}
