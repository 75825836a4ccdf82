package dev.tandem.bench;

import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.metrics.StepLags;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.streams.StreamsScale;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
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

  /// @param target lag from legacy commit to target commit
  /// @param others lag to the other steps
  MigrationRun start(Set<Role> roles, LagRecorder target, StepLags others) {
    return start(
        roles,
        new Health(),
        new PipelineMetrics(new SimpleMeterRegistry(), "bench", others),
        target);
  }

  private MigrationRun start(
      Set<Role> roles, Health health, PipelineMetrics metrics, LagRecorder lag) {
    return MigrationRun.start(
        migration, new MigrationRun.Settings(roles, state, health, metrics, lag));
  }

  private MigrationRun start(Set<Role> roles, MeterRegistry meters) {
    return start(roles, StreamsScale.PLAIN, meters);
  }

  private MigrationRun start(Set<Role> roles, StreamsScale scale, MeterRegistry meters) {
    var metrics = new PipelineMetrics(meters, "bench");
    return MigrationRun.start(
        migration,
        new MigrationRun.Settings(roles, state, scale, new Health(), metrics, new LagRecorder()));
  }

  /// Begins with the first change that is processed, and leaves those out that had gone the whole
  /// way by then.
  ///
  /// @param done asked once the meters say so, since to ask it takes time from what is measured
  Measured measure(Work work, Waiting.Condition done) throws Exception {
    String what = work.subject().toString();
    progress.accept(what);
    var meters = new SimpleMeterRegistry();
    try (var run = start(work.roles(), meters)) {
      Waiting.until(what, Duration.ofMillis(2), () -> work.first().meter().read(meters) > 0);
      var clock = Measurement.begin(processor);
      long before = work.last().of(work.changes(), meters);
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
    try (var run = start(work.roles(), StreamsScale.ofThreads(threads), meters)) {
      Waiting.until(what, Duration.ofMillis(2), () -> work.first().meter().read(meters) > 0);
      var clock = Measurement.begin(processor);
      Waiting.until(what, Duration.ofMillis(100), done);
      var took = clock.end(work.subject(), work.changes());
      progress.accept("  %,.0f per second".formatted(took.perSecond()));
      return took;
    }
  }

  private static boolean reached(Work work, MeterRegistry meters, Measurement clock) {
    long gone = work.last().of(work.changes(), meters);
    if (clock.isDue()) {
      clock.reached(gone);
    }
    return gone >= work.changes();
  }

  /// How long it takes from the start of a role until it works, its state restored where it has
  /// none.
  ///
  /// @param entities of which it holds state
  Measured start(Subject subject, Role role, long entities) throws Exception {
    progress.accept(subject.toString());
    var health = new Health();
    var clock = Measurement.begin(processor);
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "bench");
    try (var run = start(Set.of(role), health, metrics, new LagRecorder())) {
      Waiting.until(subject.toString(), Duration.ofMillis(5), () -> works(role, health));
      return clock.end(subject, entities);
    }
  }

  /// What is asked for while every role is at work, from the asking to its end.
  ///
  /// @param rows that it is about
  /// @param asked asks for it, and gives what says that it has ended
  Measured asked(Subject subject, long rows, Callable<Waiting.Condition> asked) throws Exception {
    progress.accept(subject.toString());
    var health = new Health();
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "bench");
    try (var run = start(ALL, health, metrics, new LagRecorder())) {
      Waiting.until(
          "the roles' start",
          Duration.ofMillis(50),
          () ->
              CARRYING.stream().allMatch(role -> works(role, health))
                  && works(Role.RECONCILE, health));
      var clock = Measurement.begin(processor);
      Waiting.until(subject.toString(), Duration.ofMillis(100), asked.call());
      var took = clock.end(subject, rows);
      progress.accept("  %,.0f per second".formatted(took.perSecond()));
      return took;
    }
  }

  /// The part that is the role's goes by its name, and that of its domain where it has one.
  private static boolean works(Role role, Health health) {
    String part = role.name().toLowerCase(Locale.ROOT);
    return health.lines().stream()
        .anyMatch(line -> line.startsWith(part) && line.endsWith(": ready"));
  }

  /// Runs roles until something is so, and measures nothing.
  void run(String what, Set<Role> roles, Waiting.Condition done) throws Exception {
    progress.accept(what);
    try (var run = start(roles, new SimpleMeterRegistry())) {
      Waiting.until(what, Duration.ofMillis(100), done);
    }
  }
}
