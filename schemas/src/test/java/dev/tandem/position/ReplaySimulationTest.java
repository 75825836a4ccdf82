package dev.tandem.position;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.SimulatedDatabase.Swept;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// C15: an outbox is cut off at the base of a complete sweep, and read again from there. What was
/// in the outbox before the base must then be in the sweep: the base is an outbox end noted first,
/// and the sweep's snapshot is taken only when every transaction then running is visible (DESIGN
/// invariant 14).
class ReplaySimulationTest {
  private static final int RUNS = 5000;

  /// Whether the snapshot may be taken.
  ///
  /// @param notBefore the first id that no transaction had when the base was noted
  private static boolean isBaseVisible(Snapshot now, long notBefore) {
    return now.xmin() >= notBefore;
  }

  @Test
  void shouldLoseNothingInAReplayFromTheBaseOfASweep_C15() {
    assertThat(wrong(ReplaySimulationTest::isBaseVisible)).isEmpty();
  }

  @Test
  void shouldLoseChangesInAReplayWhereTheSweepDoesNotWaitForTheBaseToBeVisible_C15() {
    assertThat(wrong((_, _) -> true)).hasSizeGreaterThan(10);
  }

  /// The seeds of the runs that end wrong.
  private static List<Long> wrong(BiPredicate<Snapshot, Long> mayBeTaken) {
    return LongStream.range(0, RUNS)
        .filter(seed -> !endsRight(new SplittableRandom(seed), mayBeTaken))
        .boxed()
        .toList();
  }

  private static boolean endsRight(
      SplittableRandom random, BiPredicate<Snapshot, Long> mayBeTaken) {
    var database = new SimulatedDatabase(random);
    steps(database, random.nextInt(40));
    int base = database.stream.size();
    long notBefore = database.sweep().snapshot().xmax();
    Swept sweep = database.sweep();
    while (!mayBeTaken.test(sweep.snapshot(), notBefore)) {
      database.step();
      sweep = database.sweep();
    }
    int sweptAt = database.stream.size();
    steps(database, random.nextInt(40));
    return replay(database, sweep, base, sweptAt).present().equals(database.latest);
  }

  private static void steps(SimulatedDatabase database, int steps) {
    for (int i = 0; i < steps; i++) {
      database.step();
    }
  }

  /// Of the outbox only what is left when everything before the base is gone.
  private static RowKeeper replay(SimulatedDatabase database, Swept sweep, int base, int sweptAt) {
    var keeper = new RowKeeper(RowKeeper.VISIBILITY);
    for (int i = base; i <= database.stream.size(); i++) {
      if (i == sweptAt) {
        sweep.rows().forEach((row, value) -> keeper.swept(row, value, sweep.snapshot()));
      }
      if (i < database.stream.size()) {
        keeper.change(database.stream.get(i));
      }
    }
    return keeper;
  }
}
