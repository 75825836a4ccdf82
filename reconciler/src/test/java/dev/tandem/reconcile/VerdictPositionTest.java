package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reconcile.VerdictSimulation.Outcome;
import dev.tandem.reconcile.VerdictSimulation.Rule;
import java.util.function.LongBinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VerdictPositionTest {
  private static final int RUNS = 5_000;
  private static final double HEALTHY = 0;
  private static final double FAULTY = 0.15;

  private static Rule rule() {
    var position = new VerdictPosition();
    return new Rule() {
      @Override
      public void readTo(long offset) {
        position.readTo(offset);
      }

      @Override
      public void observed(long watermark) {
        position.observed(watermark);
      }

      @Override
      public long position() {
        return position.position();
      }
    };
  }

  /// A rule that makes its position of E and W alone.
  private static Rule wrong(LongBinaryOperator of) {
    return new Rule() {
      private long read;
      private long watermark;

      @Override
      public void readTo(long offset) {
        read = offset;
      }

      @Override
      public void observed(long observed) {
        watermark = observed;
      }

      @Override
      public long position() {
        return of.applyAsLong(read, watermark);
      }
    };
  }

  private static long[] seeds(Supplier<Rule> rule, double faults, Predicate<Outcome> wrong) {
    return LongStream.range(0, RUNS)
        .filter(seed -> wrong.test(new VerdictSimulation(seed, rule.get(), faults).run()))
        .toArray();
  }

  private static boolean isMissedOrInvented(Outcome outcome) {
    return !outcome.open().equals(outcome.different());
  }

  @Test
  void shouldRaiseNoAlarmInAHealthyRun() {
    assertThat(seeds(VerdictPositionTest::rule, HEALTHY, o -> o.alarms() > 0))
        .as("seeds")
        .isEmpty();
  }

  @Test
  void shouldMissAndInventNothingInAFaultyRun() {
    assertThat(seeds(VerdictPositionTest::rule, FAULTY, VerdictPositionTest::isMissedOrInvented))
        .as("seeds")
        .isEmpty();
  }

  @Test
  void shouldFailWhereTheNewestWatermarkIsTheRule() {
    assertThat(seeds(() -> wrong((_, watermark) -> watermark), HEALTHY, o -> o.alarms() > 0))
        .isNotEmpty();
  }

  @Test
  void shouldFailWhereTheSmallerOfBothPositionsIsTheRule() {
    assertThat(seeds(() -> wrong(Math::min), HEALTHY, o -> o.alarms() > 0)).isNotEmpty();
  }

  @Test
  void shouldStayWhereItIsWhenARestoredTargetShowsAnOlderWatermark() {
    var position = new VerdictPosition();
    position.readTo(10);
    position.observed(8);
    position.observed(3);
    assertThat(position.position()).isEqualTo(8);
  }
}
