package dev.tandem.lens;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import org.apache.avro.Schema;

/// `{timestamp: column, zone: Europe/Berlin, gap: later, overlap: earlier}`: a timestamp without
/// time zone, read as local time of a zone, as an instant.
///
/// A time that the zone's clocks skipped (gap) moves `later` or `earlier` by the length of the gap;
/// of two instants with one local time (overlap) the `earlier` or the `later` is meant; `fail`
/// refuses the row.
///
/// @param offsets of the zone
/// @param unit microseconds of the contract's unit: 1 or 1000
record Zoned(
    Input input,
    Schema output,
    ZoneId zone,
    LocalOffsets offsets,
    Choice gap,
    Choice overlap,
    long unit)
    implements OneColumn {
  /// What to do where a local time has no instant, or two.
  enum Choice {
    EARLIER,
    LATER,
    FAIL
  }

  private static final long SECOND = 1_000_000;

  @Override
  public Object convert(Object value) {
    long micros = Natural.finite(value);
    long seconds = Math.floorDiv(micros, SECOND);
    long offset = offsets.of(seconds);
    if (offset == LocalOffsets.CHANGED) {
      offset = meant(offsets.change(seconds));
    }
    return Math.floorDiv(micros - offset * SECOND, unit);
  }

  /// Seconds ahead of UTC of the instant that is meant.
  private long meant(ZoneOffsetTransition transition) {
    long before = transition.getOffsetBefore().getTotalSeconds();
    long after = transition.getOffsetAfter().getTotalSeconds();
    return switch (transition.isGap() ? gap : overlap) {
      case EARLIER -> transition.isGap() ? after : before;
      case LATER -> transition.isGap() ? before : after;
      case FAIL ->
          throw new Refused(
              "expected a local time that "
                  + zone
                  + " has exactly once, found one in "
                  + (transition.isGap() ? "a gap" : "an overlap")
                  + " of its clocks");
    };
  }

  @Override
  public Inverse inverse() {
    if (gap != Choice.FAIL) {
      return new Inverse.Lossy("local times of " + input.column() + " inside a gap of " + zone);
    }
    if (unit != 1) {
      return new Inverse.Lossy("what is below a millisecond of " + input.column());
    }
    return OneColumn.exact(
        value -> {
          long micros = (Long) value;
          var instant = Instant.ofEpochSecond(Math.floorDiv(micros, SECOND));
          return micros + zone.getRules().getOffset(instant).getTotalSeconds() * SECOND;
        });
  }
}
