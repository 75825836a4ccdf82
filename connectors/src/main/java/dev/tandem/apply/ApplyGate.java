package dev.tandem.apply;

import dev.tandem.generation.PaceRule.Pace;

/// Whether a generation beside the live one may be applied further, and how fast, for the sake of
/// the stores and as an operator wants it. Asked before each transaction, by several threads, so
/// that it has to answer at once. What is applied to the tables of the spec does not ask.
public interface ApplyGate extends AutoCloseable {
  /// Never in the way.
  ApplyGate OPEN = () -> Pace.FREE;

  Pace ask();

  @Override
  default void close() {}
}
