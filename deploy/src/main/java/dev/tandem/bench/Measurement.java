package dev.tandem.bench;

import dev.tandem.bench.Measured.Point;
import dev.tandem.bench.Measured.Used;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Wall-clock and processor time from one moment on. Not thread-safe.
final class Measurement {
  private static final long STEP = Duration.ofMillis(200).toNanos();

  private final ProcessorTime processor;
  private final long begun = System.nanoTime();
  private final Used before;
  private final List<Point> course = new ArrayList<>();
  private long noted = begun;

  private Measurement(ProcessorTime processor) {
    this.processor = processor;
    this.before = processor.read();
  }

  static Measurement begin(ProcessorTime processor) {
    return new Measurement(processor);
  }

  /// Whether it is time to say again how far the work has come.
  boolean isDue() {
    return System.nanoTime() - noted >= STEP;
  }

  /// @param changes that have gone the whole way by now
  void reached(long changes) {
    noted = System.nanoTime();
    course.add(new Point(Duration.ofNanos(noted - begun), changes));
  }

  Measured end(Subject subject, long changes) {
    var took = Duration.ofNanos(System.nanoTime() - begun);
    return new Measured(subject, changes, took, processor.read().since(before), course);
  }
}
