package dev.tandem.bench;

import dev.tandem.demo.Examples;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.setup.Teardown;
import dev.tandem.stack.StackDirectory;
import dev.tandem.stack.StoreAddress;
import dev.tandem.status.DomainStatus;
import dev.tandem.status.StatusReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A sample's migration on the stack, with its rows in the legacy store, and how far it has come.
/// What it made in Kafka and in the stores' logs is taken away when it is closed, so that it costs
/// the next one nothing. Not thread-safe.
final class Trial implements AutoCloseable {
  /// Records of the outbox, one for each partition, that may be no change: translation says in its
  /// own time that it has passed them, and then it may have been stopped.
  private static final int UNMARKED = 4;

  private final Sample sample;
  private final int entities;
  private final Ground ground;
  private final Migration migration;
  private final Pipeline pipeline;
  private final Path definition;
  private StatusReader reader;

  /// What all trials of a run share.
  ///
  /// @param directory for what they keep
  /// @param measured takes every measurement
  record Ground(
      StackDirectory.Running stack,
      Path directory,
      ProcessorTime processor,
      Consumer<String> progress,
      List<Measured> measured) {
    StoreAddress legacy() {
      return stack.address().legacy();
    }
  }

  private Trial(Sample sample, int entities, Ground ground, Path spec, Migration migration) {
    this.sample = sample;
    this.entities = entities;
    this.ground = ground;
    this.definition = legacyScript(spec);
    this.migration = migration;
    this.pipeline = new Pipeline(migration, state(), ground.processor, ground.progress);
    this.reader = reader();
  }

  /// Makes the tables and their rows.
  ///
  /// @param items how many rows the first sample has
  static Trial open(Sample sample, int items, Ground ground) throws Exception {
    int entities = sample.entities(items);
    Path spec = sample.unpack(ground.directory);
    try (var legacy = ground.legacy().connect();
        var target = ground.stack.address().target().connect();
        var setting = legacy.createStatement()) {
      setting.execute("SET bench.rows = " + entities);
      Examples.execute(legacy, legacyScript(spec));
      Examples.execute(target, spec.resolveSibling("target.sql"));
    }
    var migration = MigrationReader.read(spec, Examples.environment(ground.stack.address()));
    return new Trial(sample, entities, ground, spec, migration);
  }

  private static Path legacyScript(Path spec) {
    return spec.resolveSibling("legacy.sql");
  }

  private StatusReader reader() {
    return new StatusReader(
        migration.plan(),
        migration.stores().target(),
        migration.kafka().objects(),
        Clock.systemUTC());
  }

  Sample sample() {
    return sample;
  }

  int entities() {
    return entities;
  }

  /// Legacy rows, children among them.
  int rows() {
    return entities * sample.rowsEach();
  }

  /// How results call the whole of the rows.
  String load() {
    return sample.load(rows(), "rows");
  }

  Migration migration() {
    return migration;
  }

  DomainPlan domain() {
    return migration.plan().domains().getFirst();
  }

  Pipeline pipeline() {
    return pipeline;
  }

  StoreAddress legacy() {
    return ground.legacy();
  }

  /// The statement that makes its first table.
  String table() throws IOException {
    return Files.readString(definition).split(";", 2)[0];
  }

  /// Directory of the roles' local state.
  Path state() {
    return ground.directory.resolve("state").resolve(migration.name());
  }

  /// Bytes of local state for each entity.
  Bench.Disk disk() throws IOException {
    String name = domain().name();
    return new Bench.Disk(
        bytes(state().resolve(name)) / entities,
        bytes(state().resolve(name + "-reconcile")) / entities);
  }

  private static long bytes(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
    }
  }

  void add(Measured measured) {
    ground.measured.add(measured);
  }

  void measure(Work work, Waiting.Condition done) throws Exception {
    add(pipeline.measure(work, done));
  }

  Compared compared() {
    return new Compared(migration, reader);
  }

  boolean isSwept() {
    return reader.capture().isLoaded();
  }

  boolean isLoaded() throws Exception {
    return isSwept() && pending() == 0;
  }

  boolean hasCaptured(String end) {
    return reader.capture().hasProven(end);
  }

  boolean isTranslated() throws Exception {
    return reader.read().stream()
        .allMatch(domain -> domain.translated() >= domain.captured() - UNMARKED);
  }

  /// Whether what is in the outbox is in the target.
  boolean isWritten() throws Exception {
    return pending() <= UNMARKED;
  }

  /// Whether the log has gone the whole way up to a position.
  boolean isApplied(String end) throws Exception {
    return hasCaptured(end) && pending() == 0;
  }

  /// Records of the outbox.
  long captured() throws Exception {
    return reader.read().stream().mapToLong(DomainStatus::captured).sum();
  }

  /// Records of the outbox that are not in the target yet.
  long pending() throws Exception {
    return reader.read().stream().mapToLong(DomainStatus::pending).sum();
  }

  /// Carries what the log has, and measures nothing.
  void carry(String what) throws Exception {
    String end = Backlog.end(legacy());
    pipeline.run(what, Pipeline.CARRYING, () -> isApplied(end));
  }

  /// Takes all away that Tandem has made, as if it had never run.
  void forget() throws Exception {
    reader.close();
    remove();
    reader = reader();
  }

  private void remove() throws Exception {
    var teardown = new Teardown(migration.site(), Optional.empty());
    teardown.remove(teardown.list(), Teardown.Readers.TERMINATE);
  }

  @Override
  public void close() throws Exception {
    reader.close();
    remove();
  }
}
