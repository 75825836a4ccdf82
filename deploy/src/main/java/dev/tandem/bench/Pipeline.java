package dev.tandem.bench;

import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.streams.StreamsScale;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/// Tandem's roles, started for one measurement each.
final class Pipeline {
  /// What carries changes to the target. Reading it back is not part of that.
  static final Set<Role> CARRYING = Set.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY);

  static final Set<Role> ALL = Set.of(Role.values());

  private final Migration migration;
  private final Path state;
  private final ProcessorTime processor;
  private final Consumer<String> progress;

  /// @param state directory of the roles' local state
  Pipeline(Migration migration, Path state, ProcessorTime processor, Consumer<String> progress) {
    this.migration = migration;
    this.state = state;
    this.processor = processor;
    this.progress = progress;
  }

  MigrationRun start(Set<Role> roles, LagRecorder lag) {
    return start(roles, StreamsScale.PLAIN, new SimpleMeterRegistry(), lag);
  }

  private MigrationRun start(
      Set<Role> roles, StreamsScale scale, MeterRegistry meters, LagRecorder lag) {
    return MigrationRun.start(
        migration,
        new MigrationRun.Settings(
            roles, state, scale, new Health(), new PipelineMetrics(meters, "bench"), lag));
  }

  /// Begins with the first change that is processed, and leaves those out that were by then.
  ///
  /// @param done asked once the meters say so, since to ask it takes time from what is measured
  Measured measure(Work work, Waiting.Condition done) throws Exception {
    String what = work.subject().toString();
    progress.accept(what);
    var meters = new SimpleMeterRegistry();
    try (var run = start(work.roles(), StreamsScale.PLAIN, meters, new LagRecorder())) {
      Waiting.until(what, Duration.ofMillis(2), () -> work.first().read(meters) > 0);
      var clock = Measurement.begin(processor);
      long before = work.first().read(meters);
      Waiting.until(what, Duration.ofMillis(5), () -> reached(work, meters, clock));
      Waiting.until(what, Duration.ofMillis(20), done);
      var took = clock.end(work.subject(), work.changes() - before);
      progress.accept("  %,.0f per second".formatted(took.perSecond()));
      return took;
    }
  }

  /// The same with some threads of the streams, where nothing but the condition tells how far the
  /// work has gone.
  Measured measure(Work work, int threads, Waiting.Condition done) throws Exception {
    String what = work.subject().toString();
    progress.accept(what);
    var meters = new SimpleMeterRegistry();
    var scale = StreamsScale.ofThreads(threads);
    try (var run = start(work.roles(), scale, meters, new LagRecorder())) {
      Waiting.until(what, Duration.ofMillis(2), () -> work.first().read(meters) > 0);
      var clock = Measurement.begin(processor);
      Waiting.until(what, Duration.ofMillis(100), done);
      var took = clock.end(work.subject(), work.changes());
      progress.accept("  %,.0f per second".formatted(took.perSecond()));
      return took;
    }
  }

  private static boolean reached(Work work, MeterRegistry meters, Measurement clock) {
    long gone = work.last().read(meters);
    if (clock.isDue()) {
      clock.reached(gone);
    }
    return gone >= work.changes();
  }

  /// Runs roles until something is so, and measures nothing.
  void run(String what, Set<Role> roles, Waiting.Condition done) throws Exception {
    progress.accept(what);
    try (var run = start(roles, new LagRecorder())) {
      Waiting.until(what, Duration.ofMillis(100), done);
    }
  }
}
