package dev.tandem.demo;

import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.StackAddress;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import dev.tandem.status.SweepStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/// The demonstration, from two empty databases to the comparison.
public final class Demo {
  private static final int PEOPLE = 4;
  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final Duration CATCH_UP = Duration.ofMinutes(5);
  private final StackAddress stack;
  private final Path directory;
  private final Consumer<View> viewer;

  /// What is shown once a second.
  ///
  /// @param phase what is going on
  /// @param transactions committed by the shop's people
  /// @param left of the phase, as far as it can be told; null if it cannot
  public record View(
      String phase,
      long transactions,
      List<DomainStatus> domains,
      SweepStatus sweeps,
      LagRecorder.Summary lag,
      @org.jspecify.annotations.Nullable Duration left) {}

  /// How the demonstration ended.
  ///
  /// @param loaded rows of the legacy shop before anybody used it
  public record Outcome(
      long loaded,
      long transactions,
      List<DomainStatus> domains,
      LagRecorder.Summary lag,
      Comparison.Outcome comparison) {}

  /// @param stack empty, and running
  /// @param directory for the spec, the contracts and the state of the streams
  public Demo(StackAddress stack, Path directory, Consumer<View> viewer) {
    this.stack = stack;
    this.directory = directory;
    this.viewer = viewer;
  }

  public Outcome run(Duration howLong) throws Exception {
    Path spec = Examples.unpackShop(directory);
    long loaded;
    try (var legacy = legacy();
        var target = target()) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
      loaded = ShopData.fill(legacy);
    }
    Migration migration = MigrationReader.read(spec, Examples.environment(stack));
    var lag = new LagRecorder();
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), migration.name());
    var settings =
        new MigrationRun.Settings(
            EnumSet.allOf(Role.class), directory.resolve("state"), new Health(), metrics, lag);
    try (var reader =
            new StatusReader(
                migration.plan(),
                migration.stores().target(),
                migration.kafka().objects(),
                Clock.systemUTC());
        var workload = new Workload(this::legacy, PEOPLE, PAUSE)) {
      workload.start();
      try (var run = MigrationRun.start(migration, settings)) {
        follow(reader, workload, lag, howLong);
        workload.close();
        List<DomainStatus> domains = catchUp(reader, workload, lag);
        return new Outcome(loaded, workload.transactions(), domains, lag.summary(), compare());
      }
    }
  }

  private void follow(StatusReader reader, Workload workload, LagRecorder lag, Duration howLong)
      throws Exception {
    long begun = System.nanoTime();
    boolean loaded = false;
    while (true) {
      Duration left = howLong.minusNanos(System.nanoTime() - begun);
      if (left.isNegative() && loaded) {
        return;
      }
      var sweeps = reader.capture();
      if (!loaded && isLoaded(reader, sweeps)) {
        loaded = true;
        lag.reset(); // What was loaded is as old as the shop; from here on it is lag.
      }
      viewer.accept(
          new View(
              loaded ? "following" : "loading",
              workload.transactions(),
              reader.read(),
              sweeps,
              lag.summary(),
              left.isNegative() ? null : left));
      Thread.sleep(1000);
    }
  }

  private static boolean isLoaded(StatusReader reader, SweepStatus sweeps) throws Exception {
    return sweeps.isLoaded()
        && reader.read().stream()
            .allMatch(domain -> domain.behind().compareTo(Duration.ofSeconds(2)) < 0);
  }

  /// Waits until capture has passed the last commit, and the target reflects all that is captured.
  private List<DomainStatus> catchUp(StatusReader reader, Workload workload, LagRecorder lag)
      throws Exception {
    String end;
    try (var legacy = legacy();
        var statement = legacy.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      end = result.getString(1);
    }
    long deadline = System.nanoTime() + CATCH_UP.toNanos();
    while (true) {
      var sweeps = reader.capture();
      var domains = reader.read();
      viewer.accept(
          new View("catching up", workload.transactions(), domains, sweeps, lag.summary(), null));
      if (sweeps.hasProven(end) && domains.stream().allMatch(domain -> domain.pending() == 0)) {
        return domains;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the target did not catch up within " + CATCH_UP.toMinutes() + " minutes");
      }
      Thread.sleep(200);
    }
  }

  private Comparison.Outcome compare() throws SQLException {
    try (var legacy = legacy();
        var target = target()) {
      return Comparison.compare(legacy, target);
    }
  }

  private Connection legacy() throws SQLException {
    return DriverManager.getConnection(
        stack.legacy().url(), stack.legacy().user(), stack.legacy().password());
  }

  private Connection target() throws SQLException {
    return DriverManager.getConnection(
        stack.target().url(), stack.target().user(), stack.target().password());
  }
}
