package dev.tandem.bench;

import dev.tandem.bench.ScalingModel.Point;
import dev.tandem.operate.ComparisonReset;
import dev.tandem.operate.Refusal;
import dev.tandem.run.Migration;
import dev.tandem.run.Role;
import dev.tandem.stack.StackDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Translation and reconciliation alone, each over a backlog that is in Kafka already, with one
/// thread and with more, on an empty stack.
public final class Scaling {
  /// The benchmark's domain has as many partitions as the most of them.
  private static final List<Integer> THREADS = List.of(1, 2, 4);

  private static final int PER_TRANSACTION = 1_000;
  private static final String TRANSLATE = "translate";
  private static final String RECONCILE = "reconcile";

  private final StackDirectory.Running stack;
  private final Path directory;
  private final Consumer<String> progress;
  private final ProcessorTime processor;
  private final List<Measured> measured = new ArrayList<>();

  /// @param models one of each step
  public record Result(List<Measured> measured, List<ScalingModel> models, Machine machine) {
    public Result {
      measured = List.copyOf(measured);
      models = List.copyOf(models);
    }
  }

  /// @param home directory of the stack, below which is kept what is needed
  /// @throws IOException if the directory cannot be read
  public Scaling(StackDirectory.Running stack, Path home, Consumer<String> progress)
      throws IOException {
    this.stack = stack;
    this.directory = home.resolve("bench");
    this.progress = progress;
    this.processor = ProcessorTime.of(stack.pid(), home);
  }

  /// @param updates of one backlog
  public Result run(int updates) throws Exception {
    var machine = Machine.read(stack.address().legacy(), Clock.systemUTC().instant());
    var ground = new Trial.Ground(stack, directory, processor, progress, new ArrayList<>());
    try (var trial = Trial.open(Sample.ITEM, updates, ground);
        var compared = trial.compared()) {
      var backlog =
          new Backlog(
              Sample.ITEM, Backlog.Kind.UPDATES, trial.entities(), updates, PER_TRANSACTION);
      Pipeline pipeline = trial.pipeline();
      pipeline.run(
          "load, and a first look at both sides",
          Pipeline.ALL,
          () -> trial.isLoaded() && compared.isAtEnd());
      carry(backlog, trial, 1);
      pipeline.run("what the target shows of it", Set.of(Role.RECONCILE), compared::isAtEnd);
      List<Point> reconciled = new ArrayList<>();
      for (int threads : THREADS) {
        reconciled.add(reconcile(threads, trial, compared));
      }
      List<Point> translated = new ArrayList<>();
      for (int threads : THREADS) {
        translated.add(carry(backlog, trial, threads));
      }
      // What was carried first was for warming up.
      measured.removeFirst();
      return new Result(
          measured,
          List.of(
              ScalingModel.fit(TRANSLATE, translated, machine.processors()),
              ScalingModel.fit(RECONCILE, reconciled, machine.processors())),
          machine);
    }
  }

  /// A backlog, captured, then translated with some threads, then applied.
  private Point carry(Backlog backlog, Trial trial, int threads) throws Exception {
    String end = backlog.make(trial.legacy());
    Pipeline pipeline = trial.pipeline();
    pipeline.run("a backlog is captured", Set.of(Role.CAPTURE), () -> trial.hasCaptured(end));
    var work =
        Work.of(
            Subject.step(backlog.load(), what(TRANSLATE, threads)),
            backlog.changes(),
            Role.TRANSLATE,
            Meters.TRANSLATED);
    Point point = noted(threads, pipeline.measure(work, threads, trial::isTranslated));
    pipeline.run("it is applied", Set.of(Role.APPLY), trial::isWritten);
    return point;
  }

  /// Everything, compared anew from the beginning of both topics.
  private Point reconcile(int threads, Trial trial, Compared compared) throws Exception {
    Waiting.until("nobody compares", Duration.ofSeconds(1), () -> isReset(trial.migration()));
    long records = trial.captured();
    var work =
        Work.of(
            Subject.step("%,d changes".formatted(records), what(RECONCILE, threads)),
            records,
            Role.RECONCILE,
            Meters.RECONCILING);
    return noted(threads, trial.pipeline().measure(work, threads, new Anew(compared)));
  }

  /// Whether the comparison could be begun anew; not while Kafka keeps the place of who has
  /// stopped.
  private static boolean isReset(Migration migration) throws SQLException {
    try {
      for (var domain : migration.plan().domains()) {
        new ComparisonReset(migration, Clock.systemUTC()).reset(domain.name());
      }
      return true;
    } catch (Refusal refusal) {
      if (refusal.kind() != Refusal.Kind.CONFLICT) {
        throw refusal;
      }
      return false;
    }
  }

  private static String what(String step, int threads) {
    return step + " with " + threads + (threads == 1 ? " thread" : " threads");
  }

  private Point noted(int threads, Measured took) {
    measured.add(took);
    return new Point(threads, took.perSecond(), took.programMicros(), took.stackMicros());
  }

  /// At the end, after it was seen not to be there: reports of before say that it is.
  private static final class Anew implements Waiting.Condition {
    private final Compared compared;
    private boolean begun;

    Anew(Compared compared) {
      this.compared = compared;
    }

    @Override
    public boolean holds() throws Exception {
      boolean atEnd = compared.isAtEnd();
      begun |= !atEnd;
      return begun && atEnd;
    }
  }
}
