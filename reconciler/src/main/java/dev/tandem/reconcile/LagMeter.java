package dev.tandem.reconcile;

import dev.tandem.wire.LagReport.Percentiles;
import org.HdrHistogram.Histogram;

/// How long changes take from their legacy commit to the target, and until the target was seen to
/// reflect them, between two reports. Not thread-safe.
final class LagMeter {
  /// Microseconds; what took longer than 90 days counts as that.
  private static final long LONGEST = 90L * 86_400_000_000L;

  private final Histogram toTarget = new Histogram(LONGEST, 2);
  private final Histogram toObservation = new Histogram(LONGEST, 2);
  private long movedAt;

  /// The target was seen to reflect a change. Times in microseconds since 1970-01-01T00:00Z; a
  /// negative distance, which only two clocks can make, counts as none.
  void reconciled(long committedAt, long inTargetAt, long seenAt) {
    toTarget.recordValue(Math.clamp(inTargetAt - committedAt, 0, LONGEST));
    toObservation.recordValue(Math.clamp(seenAt - committedAt, 0, LONGEST));
  }

  /// V has moved, or a step was taken of something large for which it waits.
  void moved(long now) {
    movedAt = now;
  }

  /// What was measured since the last call, which is then forgotten.
  Measured take() {
    var measured =
        new Measured(toTarget.getTotalCount(), percentiles(toTarget), percentiles(toObservation));
    toTarget.reset();
    toObservation.reset();
    return measured;
  }

  record Measured(long count, Percentiles toTarget, Percentiles toObservation) {}

  private static Percentiles percentiles(Histogram histogram) {
    return histogram.getTotalCount() == 0
        ? Percentiles.NONE
        : new Percentiles(
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(95),
            histogram.getValueAtPercentile(99),
            histogram.getMaxValue());
  }

  /// When that was last, 0 if it has not been since the reconciler began.
  long movedAt() {
    return movedAt;
  }
}
