package dev.tandem.bench;

import dev.tandem.stack.StackDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Runs the benchmark once on an empty stack.
public final class Bench {
  /// Changes of a transaction of a backlog for which that does not matter.
  private static final int PER_TRANSACTION = 1_000;

  private final Trial.Ground ground;
  private final Optional<Peers> peers;
  private final String program;
  private List<Steady> steady = List.of();
  private Optional<Disk> disk = Optional.empty();
  private Optional<Idle> idle = Optional.empty();

  /// @param steady by rate, from the lowest on; none if not measured
  /// @param disk what state costs
  /// @param failures peers that were not measured, and why
  /// @param machine where it ran
  public record Result(
      List<Measured> measured,
      List<Steady> steady,
      Optional<Disk> disk,
      Optional<Idle> idle,
      List<String> failures,
      Machine machine) {
    public Result {
      measured = List.copyOf(measured);
      steady = List.copyOf(steady);
      failures = List.copyOf(failures);
    }
  }

  /// Bytes of local state for each row of the first table, which is an entity of one row; the
  /// reconciler's are 0 where it did not run.
  public record Disk(long translation, long reconciliation) {}

  /// How much is measured.
  ///
  /// @param items rows of the first table; the others are made smaller in proportion
  /// @param updates of one backlog
  /// @param perTransaction sizes of the transactions of its backlogs
  /// @param rates changes per second, from the lowest on
  /// @param warm so long each rate lasts before it is measured
  /// @param steady so long each rate is measured
  /// @param idle so long the program is looked at that does nothing
  public record Size(
      int items,
      int updates,
      List<Integer> perTransaction,
      List<Integer> rates,
      Duration warm,
      Duration steady,
      Duration idle) {
    /// What stands in documents.
    public static final Size WHOLE =
        new Size(
            300_000,
            300_000,
            List.of(1_000, 10, 1),
            List.of(1_000, 2_000, 5_000, 10_000, 20_000),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60));

    /// A tenth of the work, for a first look.
    public static final Size QUICK =
        new Size(
            30_000,
            30_000,
            List.of(1_000, 1),
            List.of(1_000, 5_000),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15));

    public Size {
      perTransaction = List.copyOf(perTransaction);
      rates = List.copyOf(rates);
    }
  }

  /// @param home directory of the stack, below which the benchmark keeps what it needs
  /// @param peers libraries of those to compare with, or nothing to measure Tandem alone
  /// @param program main class of the program, which is started to be looked at idle
  /// @throws IOException if the directory cannot be read
  public Bench(
      StackDirectory.Running stack,
      Path home,
      Optional<PeerLibraries> peers,
      String program,
      Consumer<String> progress)
      throws IOException {
    var directory = home.resolve("bench");
    var processor = ProcessorTime.of(stack.pid(), home);
    this.ground = new Trial.Ground(stack, directory, processor, progress, new ArrayList<>());
    this.program = program;
    this.peers =
        peers.map(
            libraries ->
                new Peers(
                    new Peers.Surroundings(stack.address(), directory, libraries, processor),
                    progress));
  }

  /// @param wanted what is measured; what it needs is done without being measured
  public Result run(Size size, Set<Chapter> wanted) throws Exception {
    var chapters = EnumSet.copyOf(wanted);
    if (Chapter.anyOnItems(chapters)) {
      try (var trial = Trial.open(Sample.ITEM, size.items, ground)) {
        items(trial, size, chapters);
      }
    }
    if (chapters.contains(Chapter.WIDE)) {
      other(Sample.WIDE, size, PER_TRANSACTION);
    }
    if (chapters.contains(Chapter.CHILDREN)) {
      other(Sample.BASKET, size, Sample.BASKET.rowsEach());
    }
    if (chapters.contains(Chapter.IDLE)) {
      idle = Optional.of(new IdleProgram(ground, program).measure(size.idle));
    }
    return new Result(
        ground.measured(),
        steady,
        disk,
        idle,
        peers.map(Peers::failures).orElse(List.of()),
        Machine.read(ground.legacy(), Clock.systemUTC().instant()));
  }

  private void items(Trial trial, Size size, Set<Chapter> wanted) throws Exception {
    var loading = new Loading(trial);
    if (wanted.contains(Chapter.LOAD)) {
      peers.ifPresent(with -> with.load(trial.load(), trial.rows()).forEach(trial::add));
      loading.sweep();
      loading.whole();
    } else {
      loading.unmeasured();
    }
    if (wanted.contains(Chapter.REBUILD)) {
      loading.rebuild();
    }
    var drains = new Drains(trial, peers);
    if (wanted.contains(Chapter.UPDATES)) {
      for (int perTransaction : size.perTransaction) {
        drains.updates(Backlog.updates(size, perTransaction));
      }
    }
    if (wanted.contains(Chapter.DELETES)) {
      for (var kind : List.of(Backlog.Kind.DELETES, Backlog.Kind.INSERTS)) {
        drains.whole(new Backlog(Sample.ITEM, kind, size.items, size.items, PER_TRANSACTION));
      }
    }
    if (Chapter.anyCompared(wanted)) {
      try (var compared = trial.compared()) {
        trial.pipeline().run("first look at both sides", Pipeline.ALL, compared::isAtEnd);
        compared(trial, compared, size, wanted);
      }
    }
    disk = Optional.of(trial.disk());
    // Last, since Tandem would have to drain what is made for it.
    if (wanted.contains(Chapter.DECODE)) {
      var decoding = new Decoding(trial, ground.processor());
      decoding.measure(Backlog.updates(size, PER_TRANSACTION));
      decoding.measure(Backlog.updates(size, 1));
    }
  }

  /// What needs both sides to have been compared.
  private void compared(Trial trial, Compared compared, Size size, Set<Chapter> wanted)
      throws Exception {
    if (wanted.contains(Chapter.RECONCILE)) {
      var backlog = Backlog.updates(size, PER_TRANSACTION);
      new Drains(trial, peers).reconcile(backlog, compared);
    }
    if (wanted.contains(Chapter.STEADY)) {
      steady = new SteadyRates(trial, size, ground.progress()).measure(compared);
    }
    var jobs = new JobRuns(trial);
    if (wanted.contains(Chapter.BACKFILL)) {
      jobs.backfill();
    }
    if (wanted.contains(Chapter.VERIFY)) {
      jobs.verify();
    }
    if (wanted.contains(Chapter.RESTORE)) {
      new Restoring(trial).measure();
    }
  }

  /// The load of another table, and updates of it.
  private void other(Sample sample, Size size, int perTransaction) throws Exception {
    try (var trial = Trial.open(sample, size.items, ground)) {
      new Loading(trial).whole();
      new Drains(trial, Optional.empty())
          .whole(
              new Backlog(
                  sample, Backlog.Kind.UPDATES, trial.entities(), trial.rows(), perTransaction));
    }
  }
}
