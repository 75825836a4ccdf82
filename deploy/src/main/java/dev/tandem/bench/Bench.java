package dev.tandem.bench;

import dev.tandem.demo.Examples;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Filling;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.rebuild.Rebuild.Mode;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.Teardown;
import dev.tandem.stack.StackDirectory;
import dev.tandem.standing.StandingReader;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Runs the benchmark once on an empty stack.
public final class Bench {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration CLEANING = Duration.ofMinutes(1);
  private static final int ROWS = 300_000;

  /// What carries changes to the target. Reading it back is not part of that.
  private static final Set<Role> PIPELINE = Set.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY);

  private static final Set<Role> ALL = Set.of(Role.values());

  /// Changes of a transaction of the backlog that is reconciled.
  private static final int PER_TRANSACTION = 1_000;

  /// Records of the outbox, one for each partition, that may be no change: translation says in its
  /// own time that it has passed them, and then it may have been stopped.
  private static final int UNMARKED = 4;

  private final StackDirectory.Running stack;
  private final Path directory;
  private final Consumer<String> progress;
  private final ProcessorTime processor;
  private final List<Measured> measured = new ArrayList<>();

  /// @param lag at the steady load, from legacy commit to target commit
  /// @param disk what state costs
  public record Result(
      List<Measured> measured, int steadyRate, LagRecorder.Summary lag, Disk disk) {}

  /// Bytes of local state for each row of the benchmark, which is an entity of one row.
  public record Disk(long translation, long reconciliation) {}

  /// How much is measured.
  ///
  /// @param updates of one backlog
  /// @param steadyRate changes per second
  public record Size(int updates, int steadyRate, Duration steady) {}

  /// @param home directory of the stack, below which the benchmark keeps what it needs
  /// @throws IOException if the directory cannot be read
  public Bench(StackDirectory.Running stack, Path home, Consumer<String> progress)
      throws IOException {
    this.stack = stack;
    this.directory = home.resolve("bench");
    this.progress = progress;
    this.processor = new ProcessorTime(stack.pid(), home);
  }

  public Result run(Size size) throws Exception {
    Path spec = Examples.unpackBench(directory);
    try (var legacy = legacy();
        var target = target()) {
      Examples.execute(legacy, spec.resolveSibling("legacy.sql"));
      Examples.execute(target, spec.resolveSibling("target.sql"));
    }
    var migration = MigrationReader.read(spec, Examples.environment(stack.address()));
    load(migration);
    try (var reader = reader(migration)) {
      measure(
          new Work("initial load", ROWS, PIPELINE, Meters.SWEPT, Meters.APPLIED),
          migration,
          () -> isLoaded(reader));
      rebuild(migration);
      for (int perTransaction : new int[] {1000, 1}) {
        nativeDrain(size.updates, perTransaction, migration, spec);
        drain(size.updates, perTransaction, migration, reader);
      }
      reconcile(size.updates, migration, reader);
      var lag = steady(migration, reader, size);
      return new Result(List.copyOf(measured), size.steadyRate, lag, disk(migration));
    }
  }

  /// The target made again beside the live one, by apply alone.
  private void rebuild(Migration migration) throws Exception {
    DomainPlan domain = migration.plan().domains().getFirst();
    var rebuild = new Rebuild(migration.site(), domain, new Actor("bench", "to measure it"));
    rebuild.start(new Filling.FromContract(), Set.of(), Mode.RUN);
    var standing = new StandingReader(migration, domain, Clock.systemUTC());
    measure(
        Work.of("rebuild from the contract topic", ROWS, Role.APPLY, Meters.APPLIED),
        migration,
        () -> standing.read().generations().getLast().behind() == 0);
    rebuild.cancel();
    rebuild.removal().run(CLEANING);
  }

  private Disk disk(Migration migration) throws IOException {
    String domain = migration.plan().domains().getFirst().name();
    Path state = directory.resolve("state");
    return new Disk(
        bytes(state.resolve(domain)) / ROWS, bytes(state.resolve(domain + "-reconcile")) / ROWS);
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  private static StatusReader reader(Migration migration) {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  /// The sweep alone, and its peer; what the sweep left is taken away again.
  private void load(Migration migration) throws Exception {
    progress.accept(SnapshotPeer.WHAT);
    measured.add(
        new SnapshotPeer(migration.stores().legacy()).measure("public.item", ROWS, processor));
    try (var reader = reader(migration)) {
      measure(
          Work.of("sweep into the outbox", ROWS, Role.CAPTURE, Meters.SWEPT),
          migration,
          () -> reader.capture().isLoaded());
    }
    var teardown = new Teardown(migration.site(), Optional.empty());
    teardown.remove(teardown.list(), Teardown.Readers.TERMINATE);
  }

  private void nativeDrain(int updates, int perTransaction, Migration migration, Path spec)
      throws Exception {
    String name = drained(updates, perTransaction) + "PostgreSQL's own replication";
    progress.accept(name);
    String definition = Files.readString(spec.resolveSibling("legacy.sql")).split(";", 2)[0];
    try (var legacy = legacy();
        var target = target();
        var peer = new NativePeer(legacy, target, migration.stores().legacy(), definition)) {
      backlog(updates, perTransaction);
      measured.add(peer.drain(name, updates, end(), processor));
    }
  }

  private static String drained(int updates, int perTransaction) {
    return "%,d updates, %,d per transaction: ".formatted(updates, perTransaction);
  }

  private void drain(int updates, int perTransaction, Migration migration, StatusReader reader)
      throws Exception {
    String name = drained(updates, perTransaction);
    backlog(updates, perTransaction);
    String end = end();
    measure(
        Work.of(name + "capture", updates, Role.CAPTURE, Meters.CAPTURED),
        migration,
        () -> reader.capture().hasProven(end));
    measure(
        Work.of(name + "translate", updates, Role.TRANSLATE, Meters.TRANSLATED),
        migration,
        () -> isTranslated(reader));
    measure(
        Work.of(name + "apply", updates, Role.APPLY, Meters.APPLIED),
        migration,
        () -> pending(reader) <= UNMARKED);
    backlog(updates, perTransaction);
    String second = end();
    measure(
        new Work(name + "all at once", updates, PIPELINE, Meters.CAPTURED, Meters.APPLIED),
        migration,
        () -> reader.capture().hasProven(second) && isApplied(reader));
  }

  /// What it costs to compare both sides: alone, and beside the pipeline.
  private void reconcile(int updates, Migration migration, StatusReader reader) throws Exception {
    String name = drained(updates, PER_TRANSACTION);
    try (var compared = new Compared(migration, reader)) {
      progress.accept("first look at both sides");
      try (var run = MigrationRun.start(migration, settings(ALL, new SimpleMeterRegistry()))) {
        await("first look at both sides", 100, compared::isAtEnd);
      }
      backlog(updates, PER_TRANSACTION);
      String end = end();
      try (var run = MigrationRun.start(migration, settings(PIPELINE, new SimpleMeterRegistry()))) {
        await("the backlog", 100, () -> reader.capture().hasProven(end) && isApplied(reader));
      }
      measure(
          Work.of(name + "observe and reconcile", updates, Role.RECONCILE, Meters.OBSERVED),
          migration,
          compared::isAtEnd);
      backlog(updates, PER_TRANSACTION);
      String second = end();
      measure(
          new Work(name + "all and reconcile", updates, ALL, Meters.CAPTURED, Meters.OBSERVED),
          migration,
          () -> reader.capture().hasProven(second) && isApplied(reader) && compared.isAtEnd());
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  /// Begins with the first change that is processed, and leaves those out that were by then.
  ///
  /// @param done asked once the meters say so, since to ask it takes time from what is measured
  private void measure(Work work, Migration migration, Condition done) throws Exception {
    progress.accept(work.what());
    var meters = new SimpleMeterRegistry();
    try (var run = MigrationRun.start(migration, settings(work.roles(), meters))) {
      await(work.what(), 2, () -> work.first().read(meters) > 0);
      var clock = Measurement.begin(processor);
      long before = work.first().read(meters);
      await(work.what(), 5, () -> work.last().read(meters) >= work.changes());
      await(work.what(), 20, done);
      var took = clock.end(work.what(), work.changes() - before);
      measured.add(took);
      progress.accept("  %,.0f per second".formatted(took.perSecond()));
    }
  }

  private static void await(String what, long pauseMillis, Condition done) throws Exception {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!done.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + ": not done within " + LONGEST.toMinutes() + " minutes");
      }
      Thread.sleep(pauseMillis);
    }
  }

  private static boolean isLoaded(StatusReader reader) throws Exception {
    return reader.capture().isLoaded() && isApplied(reader);
  }

  private static boolean isTranslated(StatusReader reader) throws Exception {
    return reader.read().stream()
        .allMatch(domain -> domain.translated() >= domain.captured() - UNMARKED);
  }

  private static boolean isApplied(StatusReader reader) throws Exception {
    return pending(reader) == 0;
  }

  private static long pending(StatusReader reader) throws Exception {
    return reader.read().stream().mapToLong(DomainStatus::pending).sum();
  }

  private MigrationRun.Settings settings(Set<Role> roles, MeterRegistry meters) {
    return settings(roles, meters, new LagRecorder());
  }

  private MigrationRun.Settings settings(Set<Role> roles, MeterRegistry meters, LagRecorder lag) {
    return new MigrationRun.Settings(
        roles, directory.resolve("state"), new Health(), new PipelineMetrics(meters, "bench"), lag);
  }

  /// Every row is updated once or more, spread over the key range, in the server.
  private void backlog(int updates, int perTransaction) throws SQLException {
    try (var legacy = legacy();
        var statement = legacy.createStatement()) {
      statement.execute("SET synchronous_commit = off");
      statement.execute(
          """
          DO $$ BEGIN
            FOR batch IN 0 .. %d LOOP
              UPDATE item SET amt_cents = amt_cents + 1, changed = changed + interval '1 second'
              WHERE id BETWEEN 1 + (batch * %d) %% %d AND (batch * %d) %% %d + %d;
              COMMIT;
            END LOOP;
          END $$"""
              .formatted(
                  updates / perTransaction - 1,
                  perTransaction,
                  ROWS,
                  perTransaction,
                  ROWS,
                  perTransaction));
    }
  }

  private String end() throws SQLException {
    try (var legacy = legacy();
        var statement = legacy.createStatement();
        var result = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      result.next();
      return result.getString(1);
    }
  }

  private LagRecorder.Summary steady(Migration migration, StatusReader reader, Size size)
      throws Exception {
    progress.accept(
        "%,d changes per second for %d s".formatted(size.steadyRate, size.steady.toSeconds()));
    var lag = new LagRecorder();
    try (var run =
            MigrationRun.start(migration, settings(PIPELINE, new SimpleMeterRegistry(), lag));
        var load = new SteadyLoad(this::legacy, size.steadyRate)) {
      load.start();
      Thread.sleep(10_000); // warm
      lag.reset();
      Thread.sleep(size.steady);
      load.close();
      await("the steady load", 100, () -> isApplied(reader));
      return lag.summary();
    }
  }

  private Connection legacy() throws SQLException {
    return stack.address().legacy().connect();
  }

  private Connection target() throws SQLException {
    return stack.address().target().connect();
  }
}
