package dev.tandem.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/// What was asked for and what was refused, as meters: `tandem.api.requests`, `tandem.api.refused`.
/// Routes are named, never paths as they came. Thread-safe.
final class ApiMetrics {
  private final MeterRegistry meters;
  private final Tags migration;

  ApiMetrics(MeterRegistry meters, String migration) {
    this.meters = meters;
    this.migration = Tags.of("migration", migration);
  }

  void answered(String route, int status) {
    Tags tags = migration.and("route", route).and("status", Integer.toString(status));
    meters.counter("tandem.api.requests", tags).increment();
    if (status >= 400 && status < 500) {
      meters.counter("tandem.api.refused", tags).increment();
    }
  }
}
