package dev.tandem.bench;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// What the meters of a run tell of its progress: asked every few milliseconds, so that waiting for
/// it takes nothing from what is measured.
enum Meters {
  SWEPT("tandem.sweep.rows"),
  CAPTURED("tandem.captured.changes"),
  TRANSLATED("tandem.translated.records"),
  APPLIED("tandem.applied.records");

  private final String meter;

  Meters(String meter) {
    this.meter = meter;
  }

  /// Records, changes or rows so far.
  long read(MeterRegistry meters) {
    double counted = meters.find(meter).counters().stream().mapToDouble(Counter::count).sum();
    double held = meters.find(meter).gauges().stream().mapToDouble(Gauge::value).sum();
    return (long) (counted + held);
  }
}
