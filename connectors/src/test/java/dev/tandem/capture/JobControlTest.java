package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.SweepGate.Answer;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobScope;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.sweep.KeyRange;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A sweep driven by hand: time passes only where its control waits, and where the test says.
class JobControlTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private Instant now = START;
  private JobOrder order = order(JobLimits.NONE);
  private Answer answer = new Answer.Go();
  private long rows;
  private boolean isOtherDue;
  private Runnable onRest = () -> {};

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  private static JobOrder order(JobLimits limits) {
    return new JobOrder(
        "b1",
        JobOrder.Kind.BACKFILL,
        "d",
        JobScope.ALL,
        limits,
        Wanted.RUN,
        new JobOrder.Asked("kim", "", 0, 0));
  }

  private static JobLimits rate(long rate) {
    return new JobLimits(rate, 0, 0, Duration.ZERO);
  }

  private JobControl control() {
    return new JobControl(
        () -> order,
        _ -> answer,
        new JobControl.Terms(order.limits(), () -> isOtherDue),
        new JobControl.Time(
            clock,
            time -> {
              now = now.plus(time);
              onRest.run();
            }));
  }

  private boolean goesOn(JobControl control) throws InterruptedException {
    var part = new SweepProgress.Part(KeyRange.ALL, rows, 0, false);
    return control.goesOn(
        new SweepProgress(TableId.parse("public.t"), "s", 1, 1000, List.of(part), null, 0, false));
  }

  /// Writes as often as it may for a while; the rows a second.
  private double rateOf(JobControl control, Duration time, int pageRows)
      throws InterruptedException {
    Instant from = now;
    long before = rows;
    while (now.isBefore(from.plus(time))) {
      assertThat(goesOn(control)).isTrue();
      rows += (long) control.mostPages() * pageRows;
      now = now.plusMillis(1);
    }
    return (rows - before) * 1000.0 / Duration.between(from, now).toMillis();
  }

  @Test
  void shouldKeepToItsRate() throws InterruptedException {
    order = order(rate(2_000));
    assertThat(rateOf(control(), Duration.ofMinutes(1), 1_000)).isBetween(1_900.0, 2_100.0);
  }

  /// However large its pages are.
  @Test
  void shouldGoSlowlyForAStoresSakeAndFreelyAfterwards() throws InterruptedException {
    JobControl control = control();
    answer = new Answer.Slow("the backlog is 60,000", 1_000);
    assertThat(rateOf(control, Duration.ofMinutes(2), 5_000)).isBetween(900.0, 1_300.0);
    assertThat(control.mostPages()).isEqualTo(1);
    assertThat(control.pace().phase()).isEqualTo(Phase.SLOWED);
    answer = new Answer.Go();
    assertThat(rateOf(control, Duration.ofSeconds(1), 5_000)).isGreaterThan(1_000_000);
  }

  @Test
  void shouldGoNoFasterThanOrderedWhereItIsSlowed() throws InterruptedException {
    order = order(rate(100));
    answer = new Answer.Slow("the backlog is 60,000", 1_000);
    assertThat(rateOf(control(), Duration.ofMinutes(2), 50)).isBetween(90.0, 110.0);
  }

  @Test
  void shouldNotCountWhatWasReadBeforeItsRateWasOrdered() throws InterruptedException {
    JobControl free = control();
    rows = 20_000_000;
    assertThat(goesOn(free)).isTrue();
    order = order(rate(1_000));
    assertThat(goesOn(free)).isFalse();
    assertThat(free.pace().phase()).isEqualTo(Phase.RUNNING);
    JobControl limited = control();
    assertThat(goesOn(limited)).isTrue();
    rows += 500;
    assertThat(goesOn(limited)).isTrue();
    assertThat(Duration.between(START, now)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void shouldNotCatchUpWhatAHaltCost() throws InterruptedException {
    order = order(rate(1_000));
    JobControl control = control();
    rateOf(control, Duration.ofSeconds(10), 500);
    now = now.plus(Duration.ofHours(1));
    assertThat(rateOf(control, Duration.ofSeconds(10), 500)).isBetween(900.0, 1_200.0);
  }

  /// Each second another rate, as what follows is faster or slower.
  @Test
  void shouldFollowARateThatChangesAllTheTime() throws InterruptedException {
    JobControl control = control();
    long before = rows;
    for (int second = 0; second < 120; second++) {
      answer = new Answer.Slow("the backlog is 60,000", second % 2 == 0 ? 9_000 : 11_000);
      rateOf(control, Duration.ofSeconds(1), 5_000);
    }
    double seconds = Duration.between(START, now).toMillis() / 1000.0;
    assertThat((rows - before) / seconds).isBetween(9_000.0, 11_500.0);
  }

  /// A moment: what it has read is written then, and no lane begins anew.
  @Test
  void shouldWaitWithWhatItHasReadWhereItIsHeldForAMoment() throws InterruptedException {
    JobControl control = control();
    answer = new Answer.Hold("the backlog is 100,000");
    onRest = () -> answer = now.isAfter(START.plusSeconds(2)) ? new Answer.Go() : answer;
    assertThat(goesOn(control)).isTrue();
    assertThat(now).isAfter(START.plusSeconds(2));
    assertThat(control.pace().phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void shouldEndWhereItIsHeldForLongOrSomethingElseIsDue() throws InterruptedException {
    answer = new Answer.Hold("the backlog is 100,000");
    JobControl control = control();
    assertThat(goesOn(control)).isFalse();
    assertThat(Duration.between(START, now))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
    assertThat(control.pace().phase()).isEqualTo(Phase.HELD);
    isOtherDue = true;
    Instant asked = now;
    assertThat(goesOn(control())).isFalse();
    assertThat(now).isEqualTo(asked);
  }

  @Test
  void shouldGiveWayOnceItHasComeOn() throws InterruptedException {
    isOtherDue = true;
    JobControl control = control();
    assertThat(goesOn(control)).isTrue();
    rows += 100;
    assertThat(goesOn(control)).isFalse();
    assertThat(control.pace().phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void shouldEndUnderOtherLimits() throws InterruptedException {
    order = order(new JobLimits(0, 2, 0, Duration.ZERO));
    JobControl control = control();
    assertThat(goesOn(control)).isTrue();
    order = order(new JobLimits(0, 4, 0, Duration.ZERO));
    assertThat(goesOn(control)).isFalse();
  }
}
