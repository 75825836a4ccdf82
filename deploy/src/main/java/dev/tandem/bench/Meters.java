package dev.tandem.bench;

import dev.tandem.capture.Side;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/// What the meters of a run tell of its progress: asked every few milliseconds, so that waiting for
/// it takes nothing from what is measured.
enum Meters {
  SWEPT("tandem.sweep.rows"),
  CAPTURED("tandem.captured.changes", Side.LEGACY),
  TRANSLATED("tandem.translated.records"),
  APPLIED("tandem.applied.records"),
  OBSERVED("tandem.captured.changes", Side.TARGET);

  private final String meter;
  private final Tags tags;

  Meters(String meter) {
    this.meter = meter;
    this.tags = Tags.empty();
  }

  Meters(String meter, Side side) {
    this.meter = meter;
    this.tags = Tags.of("side", side.toString());
  }

  /// Records, changes or rows so far.
  long read(MeterRegistry meters) {
    var found = meters.find(meter).tags(tags);
    double counted = found.counters().stream().mapToDouble(Counter::count).sum();
    double held = found.gauges().stream().mapToDouble(Gauge::value).sum();
    return (long) (counted + held);
  }
}
