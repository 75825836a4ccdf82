package dev.tandem.demo;

import dev.tandem.invariants.InvariantComparison;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.stack.StackAddress;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import dev.tandem.status.SweepStatus;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The demonstration, from two empty databases to the comparison. In the second half of the shop's
/// time a saboteur does harm, which the reconciler has to find and repair.
public final class Demo {
  private static final int PEOPLE = 4;
  private static final Duration PAUSE = Duration.ofMillis(4);
  private static final Duration CATCH_UP = Duration.ofMinutes(5);
  private static final Duration LOAD = Duration.ofMinutes(10);
  private static final int FAULTS = 34;

  /// How long faults are planted at least, however late the shop was loaded.
  private static final Duration SHORTEST_SABOTAGE = Duration.ofSeconds(15);

  private final StackAddress stack;
  private final Path directory;
  private final Consumer<View> viewer;

  /// What is shown once a second.
  ///
  /// @param phase what is going on
  /// @param transactions committed by the shop's people
  /// @param left of the phase, as far as it can be told; null if it cannot
  /// @param sabotage null before it begins
  public record View(
      String phase,
      long transactions,
      List<DomainStatus> domains,
      SweepStatus sweeps,
      LagRecorder.Summary lag,
      @Nullable Duration left,
      Sabotage.@Nullable Standing sabotage) {}

  /// How the demonstration ended.
  ///
  /// @param loaded rows of the legacy shop before anybody used it
  public record Outcome(
      long loaded,
      long transactions,
      List<DomainStatus> domains,
      LagRecorder.Summary lag,
      Comparison.Outcome comparison,
      List<InvariantReport> invariants,
      FaultReport faults) {
    public Outcome {
      domains = List.copyOf(domains);
      invariants = List.copyOf(invariants);
    }

    /// Whether the stores are equal, and the reconciler was right in everything.
    public boolean isRight() {
      return comparison.isEqual()
          && invariants.stream().allMatch(InvariantReport::isEqual)
          && faults.isRight();
    }
  }

  /// @param stack empty, and running
  /// @param directory for the spec, the contracts and the state of the streams
  public Demo(StackAddress stack, Path directory, Consumer<View> viewer) {
    this.stack = stack;
    this.directory = directory;
    this.viewer = viewer;
  }

  public Outcome run(Duration howLong) throws Exception {
    ExampleShop shop = ExampleShop.open(stack, directory);
    Migration migration = MigrationReader.read(shop.spec(), Examples.environment(stack));
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
        var session = new Session(migration, reader, workload, lag);
        Duration left = session.load(howLong);
        try (var sabotage = sabotage(migration)) {
          session.sabotage = sabotage;
          session.follow(longer(left, SHORTEST_SABOTAGE));
          workload.close();
          session.catchUp(); // What is not found then never will be.
          session.settle();
          List<DomainStatus> domains = session.catchUp();
          var faults = sabotage.report();
          return new Outcome(
              shop.rows(),
              workload.transactions(),
              domains,
              lag.summary(),
              compare(),
              invariants(migration),
              faults);
        }
      }
    }
  }

  private Sabotage sabotage(Migration migration) throws SQLException {
    return new Sabotage(
        new Saboteur(this::legacy, this::target, FAULTS, Clock.systemUTC()),
        new LedgerReader(
            migration.kafka().objects(), new Topics(migration.name(), "").divergence()));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /// What goes on between the start of the program and its end.
  private final class Session {
    private final Migration migration;
    private final StatusReader reader;
    private final Workload workload;
    private final LagRecorder lag;
    private @Nullable Sabotage sabotage;

    Session(Migration migration, StatusReader reader, Workload workload, LagRecorder lag) {
      this.migration = migration;
      this.reader = reader;
      this.workload = workload;
      this.lag = lag;
    }

    /// Until the shop is loaded and both sides are compared, and half of the time is over.
    ///
    /// @return what is left of the time
    Duration load(Duration howLong) throws Exception {
      long begun = System.nanoTime();
      boolean loaded = false;
      while (true) {
        Duration left = howLong.minusNanos(System.nanoTime() - begun);
        if (left.plus(LOAD).isNegative()) {
          throw new IllegalStateException(
              "the shop was not loaded and compared within %d minutes of its time: %s"
                  .formatted(LOAD.toMinutes(), reader.uncompared()));
        }
        if (loaded && left.compareTo(howLong.dividedBy(2)) <= 0 && reader.uncompared().isEmpty()) {
          return left;
        }
        if (!loaded && isLoaded(reader)) {
          loaded = true;
          lag.reset(); // What was loaded is as old as the shop; from here on it is lag.
        }
        show(loaded ? "following" : "loading", left);
        Thread.sleep(1000);
      }
    }

    /// Plants all faults, one after the other in even steps.
    void follow(Duration howLong) throws Exception {
      var playing = Objects.requireNonNull(sabotage);
      long begun = System.nanoTime();
      while (true) {
        long passed = System.nanoTime() - begun;
        Duration left = howLong.minusNanos(passed);
        long due = Math.min(FAULTS, 1 + FAULTS * passed / howLong.toNanos());
        while (playing.planted() < due) {
          playing.plant();
          playing.follow();
        }
        playing.follow();
        show("sabotage", left);
        if (left.isNegative() && playing.planted() == FAULTS) {
          return;
        }
        Thread.sleep(500);
      }
    }

    /// Waits until all that was planted has been found and repaired, as far as it is.
    void settle() throws Exception {
      var playing = Objects.requireNonNull(sabotage);
      long deadline = System.nanoTime() + CATCH_UP.toNanos();
      while (!playing.isSettled() && System.nanoTime() < deadline) {
        show("repairing", null);
        Thread.sleep(200);
        playing.follow();
      }
      playing.takeBack();
    }

    /// Waits until capture has passed the last commit, the target reflects all that is captured,
    /// and the reconciler has compared it.
    List<DomainStatus> catchUp() throws Exception {
      String end;
      try (var legacy = legacy()) {
        end = end(legacy);
      }
      long deadline = System.nanoTime() + CATCH_UP.toNanos();
      while (true) {
        show("catching up", null);
        var domains = reader.read();
        if (reader.capture().hasProven(end)
            && domains.stream().allMatch(domain -> domain.pending() == 0)
            && isObserved()
            && isCompared()) {
          Objects.requireNonNull(sabotage).follow();
          return domains;
        }
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "the target did not catch up within " + CATCH_UP.toMinutes() + " minutes");
        }
        Thread.sleep(200);
      }
    }

    private boolean isObserved() throws Exception {
      try (var target = target()) {
        String end = end(target);
        Thread.sleep(500);
        return reader.observe().hasProven(end);
      }
    }

    /// Whether a report made from now on says of each domain that nothing waits.
    private boolean isCompared() throws InterruptedException {
      long now = Clock.systemUTC().millis() * 1000;
      Thread.sleep(1500);
      LagBook book =
          LagReader.recent(
              migration.kafka().objects(),
              new Topics(migration.name(), "").reconciliationLag(),
              Clock.systemUTC());
      return migration.plan().domains().stream()
          .map(domain -> book.domain(domain.name(), domain.partitions()))
          .allMatch(domain -> domain.state() == LagReport.State.IDLE && domain.at() >= now);
    }

    private void show(String phase, @Nullable Duration left) throws Exception {
      viewer.accept(
          new View(
              phase,
              workload.transactions(),
              reader.read(),
              reader.capture(),
              lag.summary(),
              left == null || left.isNegative() ? null : left,
              sabotage == null ? null : sabotage.standing()));
    }
  }

  private static boolean isLoaded(StatusReader reader) throws Exception {
    return reader.capture().isLoaded()
        && reader.read().stream()
            .allMatch(domain -> domain.behind().compareTo(Duration.ofSeconds(2)) < 0);
  }

  private static String end(Connection store) throws SQLException {
    try (var statement = store.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      return result.getString(1);
    }
  }

  private Comparison.Outcome compare() throws SQLException {
    try (var legacy = legacy();
        var target = target()) {
      return Comparison.compare(legacy, target);
    }
  }

  private static List<InvariantReport> invariants(Migration migration)
      throws SQLException, InterruptedException {
    var comparison = new InvariantComparison(migration, Clock.systemUTC());
    var actor = new Actor("demo", "demo", "the end of the demonstration");
    var reports = new ArrayList<InvariantReport>();
    for (DomainPlan domain : migration.plan().domains()) {
      if (comparison.has(domain.name())) {
        reports.add(
            comparison.compare(domain.name(), actor, InvariantComparison.Terms.USUAL, _ -> {}));
      }
    }
    return reports;
  }

  private Connection legacy() throws SQLException {
    return stack.legacy().connect();
  }

  private Connection target() throws SQLException {
    return stack.target().connect();
  }
}
