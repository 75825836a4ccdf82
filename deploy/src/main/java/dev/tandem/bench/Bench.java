package dev.tandem.bench;

import dev.tandem.demo.Examples;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Filling;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.rebuild.Rebuild.Mode;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.Role;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.Teardown;
import dev.tandem.stack.StackDirectory;
import dev.tandem.stack.StoreAddress;
import dev.tandem.standing.StandingReader;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Runs the benchmark once on an empty stack.
public final class Bench {
  private static final Duration CLEANING = Duration.ofMinutes(1);
  private static final Duration WARM = Duration.ofSeconds(10);
  private static final int ROWS = Backlog.ROWS;
  private static final String LOAD = String.format(Locale.ROOT, "%,d rows", ROWS);

  /// Changes of a transaction of the backlog that is reconciled.
  private static final int PER_TRANSACTION = 1_000;

  /// Records of the outbox, one for each partition, that may be no change: translation says in its
  /// own time that it has passed them, and then it may have been stopped.
  private static final int UNMARKED = 4;

  private final StackDirectory.Running stack;
  private final Path directory;
  private final Consumer<String> progress;
  private final ProcessorTime processor;
  private final Optional<Peers> peers;
  private final List<Measured> measured = new ArrayList<>();

  /// @param disk what state costs
  /// @param failures peers that were not measured, and why
  /// @param machine where it ran
  public record Result(
      List<Measured> measured, Steady steady, Disk disk, List<String> failures, Machine machine) {
    public Result {
      measured = List.copyOf(measured);
      failures = List.copyOf(failures);
    }
  }

  /// A steady load.
  ///
  /// @param rate changes per second
  /// @param lag from legacy commit to target commit
  /// @param spread the same, by how long it took
  public record Steady(int rate, LagRecorder.Summary lag, List<LagRecorder.Bucket> spread) {
    public Steady {
      spread = List.copyOf(spread);
    }
  }

  /// Bytes of local state for each row of the benchmark, which is an entity of one row.
  public record Disk(long translation, long reconciliation) {}

  /// How much is measured.
  ///
  /// @param updates of one backlog
  /// @param steadyRate changes per second
  public record Size(int updates, int steadyRate, Duration steady) {}

  /// @param home directory of the stack, below which the benchmark keeps what it needs
  /// @param peers libraries of those to compare with, or nothing to measure Tandem alone
  /// @throws IOException if the directory cannot be read
  public Bench(
      StackDirectory.Running stack,
      Path home,
      Optional<PeerLibraries> peers,
      Consumer<String> progress)
      throws IOException {
    this.stack = stack;
    this.directory = home.resolve("bench");
    this.progress = progress;
    this.processor = ProcessorTime.of(stack.pid(), home);
    this.peers =
        peers.map(
            libraries ->
                new Peers(
                    new Peers.Surroundings(stack.address(), directory, libraries, processor),
                    progress));
  }

  public Result run(Size size) throws Exception {
    Path spec = Examples.unpackBench(directory);
    Path definition = spec.resolveSibling("legacy.sql");
    try (var legacy = legacy().connect();
        var target = stack.address().target().connect()) {
      Examples.execute(legacy, definition);
      Examples.execute(target, spec.resolveSibling("target.sql"));
    }
    var migration = MigrationReader.read(spec, Examples.environment(stack.address()));
    var pipeline = new Pipeline(migration, state(), processor, progress);
    load(migration, pipeline);
    try (var reader = reader(migration)) {
      measure(
          pipeline,
          new Work(
              Subject.whole(LOAD, "initial load, sweep to target"),
              ROWS,
              Pipeline.CARRYING,
              Meters.SWEPT,
              Meters.APPLIED),
          () -> isLoaded(reader));
      rebuild(migration, pipeline);
      String table = Files.readString(definition).split(";", 2)[0];
      for (int perTransaction : new int[] {1000, 1}) {
        drain(new Backlog(size.updates, perTransaction), table, pipeline, reader);
      }
      reconcile(new Backlog(size.updates, PER_TRANSACTION), migration, pipeline, reader);
      var steady = steady(pipeline, reader, size);
      return new Result(
          measured,
          steady,
          disk(migration),
          peers.map(Peers::failures).orElse(List.of()),
          Machine.read(legacy(), Clock.systemUTC().instant()));
    }
  }

  private void measure(Pipeline pipeline, Work work, Waiting.Condition done) throws Exception {
    measured.add(pipeline.measure(work, done));
  }

  /// The target made again beside the live one, by apply alone.
  private void rebuild(Migration migration, Pipeline pipeline) throws Exception {
    DomainPlan domain = migration.plan().domains().getFirst();
    var rebuild = new Rebuild(migration.site(), domain, new Actor("bench", "to measure it"));
    rebuild.start(new Filling.FromContract(), Set.of(), Mode.RUN);
    var standing = new StandingReader(migration, domain, Clock.systemUTC());
    measure(
        pipeline,
        Work.of(
            Subject.step(LOAD, "rebuild from the contract topic"),
            ROWS,
            Role.APPLY,
            Meters.APPLIED),
        () -> standing.read().generations().getLast().behind() == 0);
    rebuild.cancel();
    rebuild.removal().run(CLEANING);
  }

  private Path state() {
    return directory.resolve("state");
  }

  private Disk disk(Migration migration) throws IOException {
    String domain = migration.plan().domains().getFirst().name();
    return new Disk(
        bytes(state().resolve(domain)) / ROWS,
        bytes(state().resolve(domain + "-reconcile")) / ROWS);
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

  /// The sweep alone, and its peers; what the sweep left is taken away again.
  private void load(Migration migration, Pipeline pipeline) throws Exception {
    peers.ifPresent(with -> measured.addAll(with.load(LOAD)));
    try (var reader = reader(migration)) {
      measure(
          pipeline,
          Work.of(Subject.whole(LOAD, "sweep into the outbox"), ROWS, Role.CAPTURE, Meters.SWEPT),
          () -> reader.capture().isLoaded());
    }
    var teardown = new Teardown(migration.site(), Optional.empty());
    teardown.remove(teardown.list(), Teardown.Readers.TERMINATE);
  }

  /// @param table statement that makes the legacy table
  private void drain(Backlog backlog, String table, Pipeline pipeline, StatusReader reader)
      throws Exception {
    if (peers.isPresent()) {
      measured.addAll(peers.get().drain(backlog, table));
      // The log has what they drained for Tandem too, and it is none of the backlog below.
      String theirs = Backlog.end(legacy());
      pipeline.run("what the peers drained", Pipeline.CARRYING, () -> isApplied(theirs, reader));
    }
    String load = backlog.load();
    int updates = backlog.updates();
    String end = backlog.make(legacy());
    measure(
        pipeline,
        Work.of(Subject.step(load, "capture"), updates, Role.CAPTURE, Meters.CAPTURED),
        () -> reader.capture().hasProven(end));
    measure(
        pipeline,
        Work.of(Subject.step(load, "translate"), updates, Role.TRANSLATE, Meters.TRANSLATED),
        () -> isTranslated(reader));
    measure(
        pipeline,
        Work.of(Subject.step(load, "apply"), updates, Role.APPLY, Meters.APPLIED),
        () -> isApplied(reader));
    String second = backlog.make(legacy());
    measure(
        pipeline,
        new Work(
            Subject.whole(load, ReconcilingCost.CARRIED),
            updates,
            Pipeline.CARRYING,
            Meters.CAPTURED,
            Meters.APPLIED),
        () -> isApplied(second, reader));
  }

  /// What it costs to compare both sides: alone, and beside the pipeline.
  private void reconcile(
      Backlog backlog, Migration migration, Pipeline pipeline, StatusReader reader)
      throws Exception {
    try (var compared = new Compared(migration, reader)) {
      pipeline.run("first look at both sides", Pipeline.ALL, compared::isAtEnd);
      String end = backlog.make(legacy());
      pipeline.run(
          "a backlog that is not measured", Pipeline.CARRYING, () -> isApplied(end, reader));
      measure(
          pipeline,
          Work.of(
              Subject.step(backlog.load(), "observe and reconcile"),
              backlog.updates(),
              Role.RECONCILE,
              Meters.OBSERVED),
          compared::isAtEnd);
      String second = backlog.make(legacy());
      measure(
          pipeline,
          new Work(
              Subject.whole(backlog.load(), ReconcilingCost.RECONCILED),
              backlog.updates(),
              Pipeline.ALL,
              Meters.CAPTURED,
              Meters.OBSERVED),
          () -> isApplied(second, reader) && compared.isAtEnd());
    }
  }

  static boolean isLoaded(StatusReader reader) throws Exception {
    return reader.capture().isLoaded() && pending(reader) == 0;
  }

  static boolean isTranslated(StatusReader reader) throws Exception {
    return reader.read().stream()
        .allMatch(domain -> domain.translated() >= domain.captured() - UNMARKED);
  }

  static boolean isApplied(StatusReader reader) throws Exception {
    return pending(reader) <= UNMARKED;
  }

  /// Whether the log has gone the whole way up to a position.
  private static boolean isApplied(String end, StatusReader reader) throws Exception {
    return reader.capture().hasProven(end) && pending(reader) == 0;
  }

  private static long pending(StatusReader reader) throws Exception {
    return reader.read().stream().mapToLong(DomainStatus::pending).sum();
  }

  private Steady steady(Pipeline pipeline, StatusReader reader, Size size) throws Exception {
    progress.accept(
        "%,d changes per second for %d s".formatted(size.steadyRate, size.steady.toSeconds()));
    var lag = new LagRecorder();
    try (var run = pipeline.start(Pipeline.CARRYING, lag);
        var load = new SteadyLoad(() -> legacy().connect(), size.steadyRate)) {
      load.start();
      Thread.sleep(WARM);
      lag.reset();
      Thread.sleep(size.steady);
      load.close();
      Waiting.until("the steady load", Duration.ofMillis(100), () -> pending(reader) == 0);
      return new Steady(size.steadyRate, lag.summary(), lag.buckets());
    }
  }

  private StoreAddress legacy() {
    return stack.address().legacy();
  }
}
