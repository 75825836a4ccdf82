package dev.tandem.version;

import java.util.List;
import org.apache.avro.generic.GenericRecord;

/// One direction between two neighbouring versions, compiled. Immutable and thread-safe.
public final class Step {
  private final int from;
  private final int to;
  private final Projection projection;
  private final List<Lost> lost;

  Step(int from, int to, Projection projection, List<Lost> lost) {
    if (Math.abs(from - to) != 1) {
      throw new IllegalArgumentException("a step from " + from + " to " + to);
    }
    this.from = from;
    this.to = to;
    this.projection = projection;
    this.lost = List.copyOf(lost);
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /// What the opposite direction does not give back; empty where nothing is lost.
  public List<Lost> lost() {
    return lost;
  }

  /// The record as the next version has it.
  ///
  /// @throws StepException if a value does not fit
  public GenericRecord of(GenericRecord record) {
    try {
      return projection.of(record);
    } catch (Unfit e) {
      throw new StepException(to, e.field(), e.reason());
    }
  }
}
