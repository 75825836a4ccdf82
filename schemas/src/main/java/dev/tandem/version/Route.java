package dev.tandem.version;

import java.util.List;
import org.apache.avro.generic.GenericRecord;

/// The way from one version to another: the steps between them, in order. Immutable and
/// thread-safe.
///
/// @param steps none where both are one version
public record Route(int from, int to, List<Step> steps) {
  public Route {
    steps = List.copyOf(steps);
    if (steps.size() != Math.abs(from - to)) {
      throw new IllegalArgumentException(steps.size() + " steps from " + from + " to " + to);
    }
  }

  /// The record as the other version has it.
  ///
  /// @throws StepException if a value does not fit
  public GenericRecord of(GenericRecord record) {
    GenericRecord made = record;
    for (Step step : steps) {
      made = step.of(made);
    }
    return made;
  }

  /// Whether the way back gives every record that it accepted back.
  public boolean isLossless() {
    return steps.stream().allMatch(step -> step.lost().isEmpty());
  }
}
