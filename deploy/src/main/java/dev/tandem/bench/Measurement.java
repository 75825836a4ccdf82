package dev.tandem.bench;

import java.time.Duration;

/// Wall-clock and processor time from one moment on.
record Measurement(ProcessorTime processor, long begun, ProcessorTime.Reading before) {
  static Measurement begin(ProcessorTime processor) {
    return new Measurement(processor, System.nanoTime(), processor.read());
  }

  Measured end(String what, long changes) {
    var took = Duration.ofNanos(System.nanoTime() - begun);
    var used = processor.read().since(before);
    return new Measured(what, changes, took, used.program(), used.stack());
  }
}
