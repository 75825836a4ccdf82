package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.StateKey;
import dev.tandem.reconcile.SimulatedRun.Rules;
import dev.tandem.reconcile.SimulatedRun.Setting;
import java.util.List;
import java.util.function.Function;
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
    play(runs, faults, Rules.OURS);
  }

  private static void play(int runs, double faults, Rules rules) {
    Long given = Long.getLong("tandem.seed");
    long first = given == null ? System.nanoTime() % 1_000_000_000 : given;
    long judged = 0;
    long steps = 0;
    for (long seed = first; seed < first + (given == null ? runs : 1); seed++) {
      var run = new SimulatedRun(new Setting(seed, faults, Mutation.NONE, rules));
      try {
        run.play();
        assertThat(run.isMissedOrInvented()).as("missed or invented").isFalse();
        assertThat(run.misnamed()).as("refused, and called something else").isEmpty();
        if (faults == HEALTHY) {
          assertThat(run.alarms).as("alarms in a healthy run").isZero();
        }
      } catch (Throwable failure) {
        throw new AssertionError(
            "fails with -Dtandem.seed=" + seed + ", faults " + faults, failure);
      }
      judged += run.judged;
      steps += run.steps;
    }
    assertThat(judged).isGreaterThan(given == null ? runs * 20L : 0);
    assertThat(steps).as("records met amid steps").isGreaterThan(given == null ? runs * 5L : -1);
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
    play(RUNS / 5, FAULTY, new Rules(() -> new VerdictPosition(2), FirstLook::new));
  }

  @Test
  @Tag("nightly")
  void shouldMissAndInventNothingInManyRuns() {
    play(50_000, HEALTHY);
    play(50_000, FAULTY);
  }

  /// The runs in which other rules than ours, or records that say what is not so, do what a verdict
  /// must not do.
  private static long[] wrong(
      double faults, Mutation mutation, Rules rules, Predicate<SimulatedRun> wrong) {
    return LongStream.range(0, 400)
        .filter(
            seed -> {
              var run = new SimulatedRun(new Setting(seed, faults, mutation, rules));
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

  private static long[] alarmed(Mutation mutation, Rules rules) {
    return wrong(HEALTHY, mutation, rules, run -> run.alarms > 0);
  }

  private static Rules positions(Supplier<VerdictPosition> position) {
    return new Rules(position, FirstLook::new);
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
    assertThat(alarmed(Mutation.NONE, positions(newest))).isNotEmpty();
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
    assertThat(alarmed(Mutation.NONE, positions(smaller))).isNotEmpty();
  }

  @Test
  void shouldFailWhereTransactionsAreNotSeenWhole() {
    assertThat(alarmed(Mutation.NOTHING_WHOLE, Rules.OURS)).isNotEmpty();
  }

  @Test
  void shouldFailWhereATargetInsideATransactionCountsAsSettled() {
    assertThat(alarmed(Mutation.ALWAYS_SETTLED, Rules.OURS)).isNotEmpty();
  }

  @Test
  void shouldFailWhereBaselinesAreNotAwaited() {
    assertThat(alarmed(Mutation.BASELINES_FIRST, Rules.OURS)).isNotEmpty();
  }

  private static long[] wronglyOpen(Mutation mutation) {
    return wrong(FAULTY, mutation, Rules.OURS, SimulatedRun::isMissedOrInvented);
  }

  @Test
  void shouldFailWhereWhatLaterSweepsHaveReadIsNotHeard() {
    assertThat(wronglyOpen(Mutation.SWEEPS_UNHEARD)).isNotEmpty();
  }

  @Test
  void shouldFailWhereTheEndsOfLaterSweepsAreNotHeard() {
    assertThat(wronglyOpen(Mutation.ENDS_UNHEARD)).isNotEmpty();
  }

  @Test
  void shouldFailWhereTruncationsAreNotHeard() {
    assertThat(alarmed(Mutation.TRUNCATIONS_UNHEARD, Rules.OURS)).isNotEmpty();
  }

  @Test
  void shouldFailWhereANewEpochIsNotHeard() {
    assertThat(wronglyOpen(Mutation.EPOCHS_UNHEARD)).isNotEmpty();
  }

  @Test
  void shouldFailWhereRootsGoToOtherPartitionsAsOtherRowsDo() {
    assertThat(wronglyOpen(Mutation.MOVES_AS_OTHERS)).isNotEmpty();
  }

  @Test
  void shouldFailWhereWhatTheTargetRefusedIsNotHeard() {
    assertThat(
            wrong(FAULTY, Mutation.REFUSALS_UNHEARD, Rules.OURS, run -> !run.misnamed().isEmpty()))
        .isNotEmpty();
  }

  /// What was wrong from the beginning, and never changes again, is missed.
  @Test
  void shouldFailWhereNotEveryEntityIsJudgedOnce() {
    Function<Beginning, FirstLook> none =
        beginning ->
            new FirstLook(beginning) {
              @Override
              List<StateKey> next(EntityStates states, int most) {
                super.next(states, Integer.MAX_VALUE);
                return List.of();
              }
            };
    assertThat(
            wrong(
                FAULTY,
                Mutation.NONE,
                new Rules(VerdictPosition::new, none),
                SimulatedRun::isMissedOrInvented))
        .isNotEmpty();
  }

  /// What was seen behind the last end of a transaction, and never changes again, is missed.
  @Test
  void shouldFailWhereTheFirstLookEndsInsideATransaction() {
    Function<Beginning, FirstLook> inside =
        beginning ->
            new FirstLook(beginning) {
              @Override
              boolean isVisited(ExpectedSide expected) {
                return expected.phase() == Phase.DONE;
              }
            };
    assertThat(
            wrong(
                FAULTY,
                Mutation.NONE,
                new Rules(VerdictPosition::new, inside),
                SimulatedRun::isMissedOrInvented))
        .isNotEmpty();
  }

  /// What differs since the last watermark is missed.
  @Test
  void shouldFailWhereVStaysBehindTheNewestWatermarkThatIsReached() {
    Supplier<VerdictPosition> behind =
        () ->
            new VerdictPosition() {
              @Override
              boolean isReached(long watermark) {
                return watermark < read();
              }
            };
    assertThat(wrong(FAULTY, Mutation.NONE, positions(behind), SimulatedRun::isMissedOrInvented))
        .isNotEmpty();
  }
}
