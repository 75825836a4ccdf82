package dev.tandem.metrics;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// How long changes take from their legacy commit to their commit in the target. Thread-safe.
public final class LagRecorder {
  private static final long LONGEST = Duration.ofDays(1).toNanos() / 1000;
  private final Recorder recorder = new Recorder(LONGEST, 3);
  private final Histogram total = new Histogram(LONGEST, 3);

  /// @param micros a negative one, which only two clocks can make, counts as none
  public void record(long micros, long count) {
    recorder.recordValueWithCount(Math.clamp(micros, 0, LONGEST), count);
  }

  /// Since the last [#reset].
  public record Summary(long count, Duration p50, Duration p99, Duration max) {}

  public synchronized Summary summary() {
    total.add(recorder.getIntervalHistogram());
    return new Summary(
        total.getTotalCount(),
        micros(total.getValueAtPercentile(50)),
        micros(total.getValueAtPercentile(99)),
        micros(total.getMaxValue()));
  }

  public synchronized void reset() {
    recorder.reset();
    total.reset();
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }
}
