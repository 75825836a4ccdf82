package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reconcile.SimulatedRun.Mutation;
import dev.tandem.reconcile.SimulatedRun.Setting;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Both topics, apply and a saboteur, interleaved at will. The seed of a run that fails is printed;
/// `-Dtandem.seed=N` plays it again.
class SimulationTest {
  private static final int RUNS = Integer.getInteger("tandem.simulations", 1000);
  private static final double HEALTHY = 0;
  private static final double FAULTY = 0.2;

  private static void play(int runs, double faults) {
    play(runs, faults, VerdictPosition::new);
  }

  private static void play(int runs, double faults, Supplier<VerdictPosition> position) {
    Long given = Long.getLong("tandem.seed");
    long first = given == null ? System.nanoTime() % 1_000_000_000 : given;
    long judged = 0;
    for (long seed = first; seed < first + (given == null ? runs : 1); seed++) {
      var run = new SimulatedRun(new Setting(seed, faults, Mutation.NONE, position));
      try {
        run.play();
        assertThat(run.isMissedOrInvented()).as("missed or invented").isFalse();
        if (faults == HEALTHY) {
          assertThat(run.alarms).as("alarms in a healthy run").isZero();
        }
      } catch (Throwable failure) {
        throw new AssertionError(
            "fails with -Dtandem.seed=" + seed + ", faults " + faults, failure);
      }
      judged += run.judged;
    }
    assertThat(judged).isGreaterThan(given == null ? runs * 20L : 0);
  }

  @Test
  void shouldRaiseNoAlarmInAHealthyRun() {
    play(RUNS, HEALTHY);
  }

  @Test
  void shouldMissAndInventNothingInAFaultyRun() {
    play(RUNS, FAULTY);
  }

  @Test
  void shouldMissAndInventNothingWhereWatermarksArePassedOver() {
    play(RUNS / 5, FAULTY, () -> new VerdictPosition(2));
  }

  @Test
  @Tag("nightly")
  void shouldMissAndInventNothingInManyRuns() {
    play(50_000, HEALTHY);
    play(50_000, FAULTY);
  }

  private static long[] wrong(
      Mutation mutation, Supplier<VerdictPosition> position, Predicate<SimulatedRun> wrong) {
    return LongStream.range(0, 400)
        .filter(
            seed -> {
              var run = new SimulatedRun(new Setting(seed, HEALTHY, mutation, position));
              try {
                if (mutation == Mutation.BASELINES_FIRST) {
                  run.passBaselines();
                }
                run.play();
              } catch (AssertionError shown) {
                return true;
              }
              return wrong.test(run);
            })
        .toArray();
  }

  private static boolean hasAlarms(SimulatedRun run) {
    return run.alarms > 0;
  }

  @Test
  void shouldFailWhereTheNewestWatermarkIsTheRule() {
    Supplier<VerdictPosition> newest =
        () ->
            new VerdictPosition() {
              @Override
              boolean isReached(long watermark) {
                return true;
              }
            };
    assertThat(wrong(Mutation.NONE, newest, SimulationTest::hasAlarms)).isNotEmpty();
  }

  @Test
  void shouldFailWhereTheSmallerOfBothPositionsIsTheRule() {
    Supplier<VerdictPosition> smaller =
        () ->
            new VerdictPosition() {
              @Override
              boolean isReached(long watermark) {
                return true;
              }

              @Override
              public long position() {
                return Math.min(read(), super.position());
              }
            };
    assertThat(wrong(Mutation.NONE, smaller, SimulationTest::hasAlarms)).isNotEmpty();
  }

  @Test
  void shouldFailWhereTransactionsAreNotSeenWhole() {
    assertThat(wrong(Mutation.NOTHING_WHOLE, VerdictPosition::new, SimulationTest::hasAlarms))
        .isNotEmpty();
  }

  @Test
  void shouldFailWhereATargetInsideATransactionCountsAsSettled() {
    assertThat(wrong(Mutation.ALWAYS_SETTLED, VerdictPosition::new, SimulationTest::hasAlarms))
        .isNotEmpty();
  }

  @Test
  void shouldFailWhereBaselinesAreNotAwaited() {
    assertThat(wrong(Mutation.BASELINES_FIRST, VerdictPosition::new, SimulationTest::hasAlarms))
        .isNotEmpty();
  }
}
