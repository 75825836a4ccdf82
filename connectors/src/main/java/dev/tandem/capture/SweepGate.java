package dev.tandem.capture;

/// Whether sweeps of jobs may go on, for the sake of the stores; asked between pages. Must answer
/// at once. Initial loads do not ask: nothing moves before they have ended.
public interface SweepGate {
  /// Never in the way.
  SweepGate OPEN = Answer.Go::new;

  Answer ask();

  /// What a sweep is to do.
  sealed interface Answer {
    record Go() implements Answer {}

    /// @param reason for a person to read
    record Slow(String reason) implements Answer {}

    /// @param reason for a person to read
    record Hold(String reason) implements Answer {}
  }
}
