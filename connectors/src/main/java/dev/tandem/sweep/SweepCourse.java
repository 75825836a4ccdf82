package dev.tandem.sweep;

import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Purpose;
import java.util.Optional;

/// How a table is swept.
///
/// @param purpose for whom its rows are
/// @param filter which rows it reads; what a partial sweep did not meet is no ghost, so it has no
///     markers
public record SweepCourse(Purpose purpose, RowFilter filter, SweepControl control) {
  /// Every row, for everybody.
  public static final SweepCourse WHOLE =
      new SweepCourse(Purpose.LOAD, RowFilter.ALL, SweepControl.FREE);

  /// The same under a control.
  public SweepCourse under(SweepControl other) {
    return new SweepCourse(purpose, filter, other);
  }

  Optional<Kind> startMarker() {
    return purpose == Purpose.LOAD && filter.isComplete()
        ? Optional.of(Kind.SWEEP_STARTED)
        : Optional.empty();
  }

  Optional<Kind> endMarker() {
    if (!filter.isComplete()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (purpose) {
          case LOAD -> Kind.SWEEP_ENDED;
          case VERIFICATION -> Kind.VERIFICATION_ENDED;
        });
  }
}
