package dev.tandem.bench;

import dev.tandem.bench.Measured.Point;
import dev.tandem.bench.Measured.Used;
import dev.tandem.bench.Subject.By;
import dev.tandem.metrics.LagRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Results as a run could give them.
final class Results {
  static final Machine MACHINE =
      new Machine(
          Instant.parse("2026-11-26T20:00:00Z"),
          "Some Processor <2.5 GHz>",
          2,
          24L << 30,
          "Linux 6.1 amd64",
          List.of("-XX:+UseParallelGC"),
          "Java 25, PostgreSQL 18.6, Kafka 4.3.1");

  private Results() {}

  static Measured measured(String load, String what, By by, int perSecond) {
    return new Measured(
        new Subject(load, what, by),
        10L * perSecond,
        Duration.ofSeconds(10),
        new Used(Duration.ofSeconds(5), Duration.ofSeconds(3)),
        List.of(
            new Point(Duration.ofSeconds(2), 2L * perSecond),
            new Point(Duration.ofSeconds(4), 4L * perSecond),
            new Point(Duration.ofSeconds(10), 10L * perSecond)));
  }

  static Bench.Result of(List<Measured> measured, List<String> failures) {
    return new Bench.Result(
        measured,
        List.of(steady(2_000, Duration.ofSeconds(1)), steady(20_000, Duration.ofSeconds(40))),
        Optional.of(new Bench.Disk(345, 1_024)),
        Optional.of(
            new Idle(
                Duration.ofSeconds(60),
                Duration.ofMillis(2_400),
                Duration.ofSeconds(3),
                400L << 20)),
        failures,
        MACHINE);
  }

  /// @param behind how long the last verdict took
  static Steady steady(int rate, Duration behind) {
    var lag = new LagRecorder();
    lag.record(80_000, 990);
    lag.record(150_000, 10);
    var summary = lag.summary();
    return new Steady(
        rate, rate, behind, new Steady.Lags(summary, summary, summary), lag.buckets());
  }
}
