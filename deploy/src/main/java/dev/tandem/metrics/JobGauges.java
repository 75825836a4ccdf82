package dev.tandem.metrics;

import dev.tandem.job.SweepReport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicLong;

/// How one sweep of a job stands, as gauges: rows read, rows expected, and whether it is slowed or
/// held for a store's sake (1) or not (0). Holds the numbers, since a gauge does not.
final class JobGauges {
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong estimate = new AtomicLong();
  private final AtomicLong throttled = new AtomicLong();

  JobGauges(MeterRegistry meters, Tags tags) {
    meters.gauge("tandem.job.rows", tags, rows, AtomicLong::get);
    meters.gauge("tandem.job.estimate", tags, estimate, AtomicLong::get);
    meters.gauge("tandem.job.throttled", tags, throttled, AtomicLong::get);
  }

  void set(SweepReport report) {
    rows.set(report.rows());
    estimate.set(Math.max(report.rows(), report.estimate()));
    throttled.set(
        switch (report.phase()) {
          case SLOWED, HELD -> 1;
          case RUNNING, STOPPED, FAILED, ENDED -> 0;
        });
  }
}
