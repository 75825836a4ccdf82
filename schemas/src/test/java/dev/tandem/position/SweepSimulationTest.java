package dev.tandem.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.RowKeeper.Rule;
import dev.tandem.position.SimulatedDatabase.Swept;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Sweeps of random moments arrive at random times beside the stream of changes. By the rule of
/// DESIGN invariant 7 every run ends with exactly what the database holds; each part of the rule,
/// left out, ends runs wrong, so that this simulation can fail.
class SweepSimulationTest {
  private static final int RUNS = 5000;

  /// A sweep on its way, with the stream's ends before and after it.
  private record Waiting(Swept sweep, int low, int high) {}

  @Test
  void shouldEndEveryRunRightByVisibility() {
    assertThat(wrong(RowKeeper.VISIBILITY, false)).isEmpty();
  }

  @Test
  void shouldEndRunsWrongWhereTheLaterArrivalWins() {
    assertThat(wrong(RowKeeper.ARRIVAL, false)).hasSizeGreaterThan(100);
  }

  @Test
  void shouldEndRunsWrongWithLowAndHighMarks() {
    assertThat(wrong(RowKeeper.ARRIVAL, true)).hasSizeGreaterThan(100);
  }

  @Test
  void shouldEndRunsWrongWithoutTheMergeByColumn() {
    assertThat(wrong(RowKeeper.NO_MERGE, false)).hasSizeGreaterThan(10);
  }

  @Test
  void shouldEndRunsWrongWhereAnOlderSweepMayWin() {
    assertThat(wrong(RowKeeper.ANY_SWEEP, false)).isNotEmpty();
  }

  /// The seeds of the runs that end wrong.
  private static List<Long> wrong(Rule rule, boolean marks) {
    return LongStream.range(0, RUNS)
        .filter(seed -> !new Run(seed, rule, marks).endsRight())
        .boxed()
        .toList();
  }

  /// One run.
  private static final class Run {
    private final SplittableRandom random;
    private final SimulatedDatabase database;
    private final RowKeeper keeper;
    private final List<Waiting> waiting = new ArrayList<>();

    /// Whether a sweep is taken in exactly at its high mark, without the rows that changed between
    /// its marks.
    private final boolean marks;

    /// How much of the stream has been read.
    private int read;

    Run(long seed, Rule rule, boolean marks) {
      this.random = new SplittableRandom(seed);
      this.database = new SimulatedDatabase(random);
      this.keeper = new RowKeeper(rule);
      this.marks = marks;
    }

    boolean endsRight() {
      Set<Integer> sweeps = new HashSet<>(Set.of(5));
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        sweeps.add(random.nextInt(1, 41));
      }
      for (int moment = 0; moment < 60; moment++) {
        database.step();
        if (sweeps.contains(moment)) {
          sweep();
        }
        if (random.nextBoolean() && read < database.stream.size()) {
          streamOne();
        }
        if (!marks && !waiting.isEmpty() && random.nextDouble() < 0.15) {
          deliver(waiting.remove(random.nextInt(waiting.size())));
        }
      }
      finish();
      return keeper.present().equals(database.latest);
    }

    private void sweep() {
      int low = database.stream.size();
      Swept sweep = database.sweep();
      for (int i = random.nextInt(4); i > 0; i--) {
        database.step();
      }
      waiting.add(new Waiting(sweep, low, database.stream.size()));
    }

    private void streamOne() {
      if (marks) {
        for (Waiting sweep : waiting.stream().filter(it -> it.high() <= read).toList()) {
          waiting.remove(sweep);
          deliver(sweep);
        }
      }
      keeper.change(database.stream.get(read++));
    }

    private void deliver(Waiting sweep) {
      var changed = new HashSet<Integer>();
      if (marks) {
        database.stream.subList(sweep.low(), sweep.high()).forEach(it -> changed.add(it.row()));
      }
      sweep
          .sweep()
          .rows()
          .forEach(
              (row, value) -> {
                if (!changed.contains(row)) {
                  keeper.swept(row, value, sweep.sweep().snapshot());
                }
              });
    }

    private void finish() {
      if (!marks) {
        waiting.forEach(this::deliver);
      }
      while (read < database.stream.size()) {
        streamOne();
      }
      if (marks) {
        waiting.forEach(this::deliver);
      }
    }
  }
}
