package dev.tandem.bench;

import dev.tandem.capture.Side;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/// What the meters of a run tell of its progress: asked every few milliseconds, so that waiting for
/// it takes nothing from what is measured.
@SuppressWarnings("ImmutableEnumChecker") // tags never change
enum Meters {
  SWEPT("tandem.sweep.rows"),
  CAPTURED("tandem.captured.changes", Side.LEGACY),
  TRANSLATED("tandem.translated.records"),
  APPLIED("tandem.applied.records"),
  OBSERVED("tandem.captured.changes", Side.TARGET),
  /// Nanoseconds spent, of any step: that it has begun.
  RECONCILING("tandem.reconcile.nanoseconds");

  private final String meter;
  private final @Nullable Side side;

  Meters(String meter) {
    this(meter, null);
  }

  /// @param side the store that it counts of; null counts of both
  Meters(String meter, @Nullable Side side) {
    this.meter = meter;
    this.side = side;
  }

  /// Records, changes or rows so far.
  long read(MeterRegistry meters) {
    var found =
        meters.find(meter).tags(side == null ? Tags.empty() : Tags.of("side", side.toString()));
    double counted = found.counters().stream().mapToDouble(Counter::count).sum();
    double held = found.gauges().stream().mapToDouble(Gauge::value).sum();
    return (long) (counted + held);
  }
}
