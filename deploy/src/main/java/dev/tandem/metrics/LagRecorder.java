package dev.tandem.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.Recorder;

/// How long changes take from their legacy commit to their commit in the target. Thread-safe.
public final class LagRecorder {
  private static final long LONGEST = Duration.ofDays(1).toNanos() / 1000;
  private static final long FIRST_BUCKET = 1_000;
  private static final double BUCKET_GROWTH = 1.25;
  private final Recorder recorder = new Recorder(LONGEST, 3);
  private final Histogram total = new Histogram(LONGEST, 3);

  /// @param micros a negative one, which only two clocks can make, counts as none
  public void record(long micros, long count) {
    recorder.recordValueWithCount(Math.clamp(micros, 0, LONGEST), count);
  }

  /// Since the last [#reset].
  public record Summary(long count, Duration p50, Duration p99, Duration p999, Duration max) {}

  /// Changes that took no longer than this, and longer than the bucket before.
  public record Bucket(Duration upTo, long count) {}

  public synchronized Summary summary() {
    total.add(recorder.getIntervalHistogram());
    return new Summary(
        total.getTotalCount(),
        micros(total.getValueAtPercentile(50)),
        micros(total.getValueAtPercentile(99)),
        micros(total.getValueAtPercentile(99.9)),
        micros(total.getMaxValue()));
  }

  /// The same as a distribution: from one millisecond on, each bucket a quarter wider than the one
  /// before.
  public synchronized List<Bucket> buckets() {
    total.add(recorder.getIntervalHistogram());
    var buckets = new ArrayList<Bucket>();
    for (HistogramIterationValue value :
        total.logarithmicBucketValues(FIRST_BUCKET, BUCKET_GROWTH)) {
      buckets.add(
          new Bucket(micros(value.getValueIteratedTo()), value.getCountAddedInThisIterationStep()));
    }
    return buckets;
  }

  public synchronized void reset() {
    recorder.reset();
    total.reset();
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }
}
