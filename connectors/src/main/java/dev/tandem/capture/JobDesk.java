package dev.tandem.capture;

import java.util.function.Supplier;

/// Where a capture gets its jobs from, and what may be in their way; both are opened anew by each
/// session.
public record JobDesk(Supplier<SweepOrders> orders, Supplier<SweepGate> gates) {
  /// No jobs.
  public static final JobDesk NONE = new JobDesk(() -> SweepOrders.NONE, () -> SweepGate.OPEN);
}
