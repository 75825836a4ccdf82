package dev.tandem.capture;

import java.util.function.Supplier;

/// Where a capture gets its jobs from.
///
/// @param orders opened anew by each session
public record JobDesk(Supplier<SweepOrders> orders, SweepGate gate) {
  /// No jobs.
  public static final JobDesk NONE = new JobDesk(() -> SweepOrders.NONE, SweepGate.OPEN);
}
