package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Purpose;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a table is swept.
///
/// @param purpose for whom its rows are
/// @param filter which rows it reads; what a partial sweep did not meet is no ghost, so it has no
///     markers
/// @param base whether what stands in the topic before it may be cut off
public record SweepCourse(
    Purpose purpose, Occasion occasion, RowFilter filter, SweepControl control, Base base) {
  private static final int FIRST_EPOCH = 1;

  /// Whether readers wait for its end.
  public enum Occasion {
    /// Its end is a baseline.
    FIRST,
    /// All that its end says is what is gone.
    AGAIN
  }

  /// What it is to the topic.
  public enum Base {
    /// What stands there before it may be cut off if the sweep has seen all of it (DESIGN invariant
    /// 14, C15): so it says what it has to see.
    YES,
    NO
  }

  /// Every row, for everybody.
  public static final SweepCourse WHOLE =
      new SweepCourse(Purpose.LOAD, Occasion.FIRST, RowFilter.ALL, SweepControl.FREE, Base.NO);

  /// The same under a control.
  public SweepCourse under(SweepControl other) {
    return new SweepCourse(purpose, occasion, filter, other, base);
  }

  /// The same as a base, or as none.
  public SweepCourse as(Base other) {
    return new SweepCourse(purpose, occasion, filter, control, other);
  }

  boolean isBase() {
    return base == Base.YES && startMarker().isPresent();
  }

  Optional<Kind> startMarker() {
    return purpose == Purpose.LOAD && filter.isComplete()
        ? Optional.of(Kind.SWEEP_STARTED)
        : Optional.empty();
  }

  /// A row that could not be placed would look gone: once there is one, nothing is said of what is
  /// gone.
  Optional<Kind> endMarker(SweepProgress ended) {
    boolean isSilent = occasion == Occasion.AGAIN && ended.unplaced() > 0;
    if (!filter.isComplete() || isSilent) {
      return Optional.empty();
    }
    return Optional.of(
        switch (purpose) {
          case LOAD -> Kind.SWEEP_ENDED;
          case VERIFICATION -> Kind.VERIFICATION_ENDED;
        });
  }

  /// The oldest snapshot, by which readers tell what is gone. A first sweep of a later epoch that
  /// could not place a row ends without one: it is a baseline, and drops nothing.
  @Nullable Snapshot witness(SweepProgress ended) {
    return ended.unplaced() > 0 && ended.epoch() > FIRST_EPOCH ? null : ended.oldest();
  }
}
