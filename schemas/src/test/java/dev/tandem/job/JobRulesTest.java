package dev.tandem.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.job.JobOrder.Asked;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.job.JobRules.Evidence;
import dev.tandem.job.JobRules.Standing;
import dev.tandem.job.SweepReport.Phase;
import dev.tandem.table.TableId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRulesTest {
  private static final long BEGUN = 1_000_000;
  private static final long NOW = BEGUN + 5_000_000;

  private static JobOrder order(Kind kind) {
    return new JobOrder(
        "j1",
        kind,
        "orders",
        JobScope.ALL,
        JobLimits.NONE,
        Wanted.RUN,
        new Asked("kim", "after the import", BEGUN, BEGUN));
  }

  private static SweepReport report(Phase phase, String reason) {
    return report(phase, reason, NOW, BEGUN);
  }

  private static SweepReport report(Phase phase, String reason, long at, long orderedAt) {
    return new SweepReport(
        new TableId("public", "t"), phase, reason, 5, 0, 10, 0, BEGUN, at, orderedAt);
  }

  private static Evidence of(int expected, Phase... phases) {
    return new Evidence(
        expected, Arrays.stream(phases).map(phase -> report(phase, "why")).toList(), false);
  }

  private static JobState state(JobOrder order, Evidence evidence) {
    return JobRules.standing(order, evidence, NOW).state();
  }

  @Test
  void shouldBePlannedUntilACaptureBegins() {
    assertThat(state(order(Kind.BACKFILL), of(2))).isEqualTo(JobState.PLANNED);
    assertThat(state(order(Kind.BACKFILL), of(2, Phase.RUNNING))).isEqualTo(JobState.RUNNING);
  }

  @Test
  void shouldBeDoneWhenEverySweepHasEnded() {
    assertThat(state(order(Kind.BACKFILL), of(2, Phase.ENDED))).isEqualTo(JobState.RUNNING);
    assertThat(state(order(Kind.BACKFILL), judged(Phase.ENDED, Phase.ENDED)))
        .isEqualTo(JobState.DONE);
  }

  private static Evidence judged(Phase... phases) {
    return new Evidence(phases.length, of(phases.length, phases).reports(), true);
  }

  @Test
  void shouldNotCallABackfillDoneBeforeTheTargetHasWhatItRead() {
    assertThat(JobRules.standing(order(Kind.BACKFILL), of(1, Phase.ENDED), NOW))
        .isEqualTo(
            new Standing(
                JobState.RUNNING,
                "every row is read; waits until translate and apply have brought them to the"
                    + " target"));
  }

  @Test
  void shouldCallAnInitialLoadDoneOnceItIsRead() {
    var load =
        new JobOrder(
            "load-orders",
            Kind.BACKFILL,
            "orders",
            JobScope.ALL,
            JobLimits.NONE,
            Wanted.RUN,
            new Asked("kim", "", BEGUN, BEGUN));
    assertThat(state(load, of(1, Phase.ENDED))).isEqualTo(JobState.DONE);
  }

  @Test
  void shouldSayWhatAnEndedSweepDidNotLookFor() {
    assertThat(JobRules.standing(order(Kind.BACKFILL), judged(Phase.ENDED), NOW))
        .isEqualTo(new Standing(JobState.DONE, "public.t: why"));
  }

  @Test
  void shouldNotCallAVerificationDoneBeforeBothSidesWereCompared() {
    var swept = of(2, Phase.ENDED, Phase.ENDED);
    assertThat(JobRules.standing(order(Kind.VERIFY), swept, NOW))
        .isEqualTo(
            new Standing(JobState.RUNNING, "both stores are read; waits for the comparison"));
    var judged = new Evidence(2, swept.reports(), true);
    assertThat(state(order(Kind.VERIFY), judged)).isEqualTo(JobState.DONE);
  }

  @Test
  void shouldSayWhyItIsThrottled() {
    assertThat(JobRules.standing(order(Kind.BACKFILL), of(1, Phase.HELD), NOW))
        .isEqualTo(new Standing(JobState.THROTTLED, "public.t: why"));
    assertThat(state(order(Kind.BACKFILL), of(1, Phase.SLOWED))).isEqualTo(JobState.THROTTLED);
  }

  @Test
  void shouldFollowTheOperatorWhateverTheSweepsSay() {
    JobOrder paused = order(Kind.BACKFILL).with(Wanted.PAUSE, "kim", "lunch", NOW);
    assertThat(JobRules.standing(paused, of(2, Phase.HELD), NOW))
        .isEqualTo(new Standing(JobState.PAUSED, "lunch"));
    JobOrder cancelled = order(Kind.BACKFILL).with(Wanted.CANCEL, "kim", "", NOW);
    assertThat(state(cancelled, of(2, Phase.RUNNING))).isEqualTo(JobState.CANCELLED);
    assertThat(state(cancelled, judged(Phase.ENDED))).isEqualTo(JobState.DONE);
  }

  @Test
  void shouldTryAFailedSweepAgainOnceItIsOrderedAnew() {
    JobOrder first = order(Kind.BACKFILL);
    SweepReport failed = report(Phase.FAILED, "no such column");
    var evidence = new Evidence(1, List.of(failed), false);
    assertThat(JobRules.standing(first, evidence, NOW))
        .isEqualTo(new Standing(JobState.FAILED, "public.t: no such column"));
    assertThat(JobRules.isDue(first, failed, NOW)).isFalse();
    JobOrder again = first.with(Wanted.RUN, "kim", "column is there", NOW + 1);
    assertThat(state(again, evidence)).isEqualTo(JobState.RUNNING);
    assertThat(JobRules.isDue(again, failed, NOW)).isTrue();
  }

  /// Whether the operator's clock or the capture's is ahead: each order is tried once.
  @ParameterizedTest
  @ValueSource(longs = {-60_000_000, -1, 0, 1, 60_000_000})
  void shouldTryEachOrderOnceWhereverTheClocksStand(long ahead) {
    JobOrder first = order(Kind.BACKFILL);
    SweepReport failed = report(Phase.FAILED, "no such column", BEGUN + ahead, BEGUN);
    var evidence = new Evidence(1, List.of(failed), false);
    assertThat(JobRules.isDue(first, failed, NOW)).isFalse();
    assertThat(state(first, evidence)).isEqualTo(JobState.FAILED);
    JobOrder again = first.with(Wanted.RUN, "kim", "column is there", BEGUN + 10);
    assertThat(JobRules.isDue(again, failed, NOW)).isTrue();
    assertThat(state(again, evidence)).isEqualTo(JobState.RUNNING);
  }

  /// Notes of an older program do not say which order they follow.
  @Test
  void shouldTellByTheTimeWhatAnOlderProgramNoted() {
    SweepReport failed = report(Phase.FAILED, "no such column", NOW, 0);
    assertThat(JobRules.hasFailed(order(Kind.BACKFILL), failed)).isTrue();
    JobOrder again = order(Kind.BACKFILL).with(Wanted.RUN, "kim", "column is there", NOW + 1);
    assertThat(JobRules.hasFailed(again, failed)).isFalse();
  }

  @Test
  void shouldFailWhatHasNotEndedInTime() {
    JobOrder order = order(Kind.VERIFY).within(new JobLimits(0, 0, 0, Duration.ofSeconds(4)));
    assertThat(state(order, of(1, Phase.RUNNING))).isEqualTo(JobState.FAILED);
    assertThat(JobRules.isDue(order, null, NOW)).isFalse();
    assertThat(JobRules.isDue(order, null, BEGUN)).isTrue();
    JobOrder ended = order(Kind.BACKFILL).within(order.limits());
    assertThat(state(ended, judged(Phase.ENDED))).isEqualTo(JobState.DONE);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSweepOnlyWhatIsWantedAndNotDone(Phase phase) {
    JobOrder order = order(Kind.BACKFILL);
    SweepReport noted = report(phase, "");
    boolean open = phase != Phase.ENDED && phase != Phase.FAILED;
    assertThat(JobRules.isDue(order, noted, NOW)).isEqualTo(open);
    for (Wanted other : List.of(Wanted.PAUSE, Wanted.CANCEL)) {
      assertThat(JobRules.isDue(order.with(other, "kim", "", NOW), noted, NOW)).isFalse();
    }
  }

  @Test
  void shouldFailAJobOfWhatTheSpecHasNot() {
    assertThat(JobRules.standing(order(Kind.BACKFILL), of(0), NOW).state())
        .isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldCountTheTimeFromTheOrderThatSetIt() {
    JobOrder first =
        order(Kind.BACKFILL)
            .within(
                JobLimits.NONE.changed(
                    new JobLimits.Change(5L, 3, Duration.ofSeconds(2)), Duration.ZERO));
    assertThat(first.limits()).isEqualTo(new JobLimits(5, 3, 0, Duration.ofSeconds(2)));
    assertThat(first.isOverdue(NOW)).isTrue();
    assertThat(JobRules.standing(first, of(1), NOW).reason())
        .contains("by 1970-01-01T00:00:03Z")
        .contains("--within");
    var again = new JobLimits.Change(null, null, Duration.ofSeconds(2));
    JobOrder resumed = first.within(first.limits().changed(again, Duration.ofSeconds(5)));
    assertThat(resumed.isOverdue(NOW)).isFalse();
    assertThat(resumed.isOverdue(NOW + 2_000_001)).isTrue();
    assertThat(resumed.limits().rate()).isEqualTo(5);
  }

  @Test
  void shouldClearALimitThatIsSetToZeroAndKeepWhatIsNotSaid() {
    var limits = new JobLimits(5, 3, 7, Duration.ofSeconds(2));
    var since = Duration.ofSeconds(5);
    assertThat(limits.changed(new JobLimits.Change(null, null, null), since)).isEqualTo(limits);
    assertThat(limits.changed(new JobLimits.Change(0L, 0, Duration.ZERO), since))
        .isEqualTo(new JobLimits(0, 0, 7, Duration.ZERO));
    assertThatThrownBy(
            () -> limits.changed(new JobLimits.Change(null, null, Duration.ofSeconds(-1)), since))
        .hasMessageContaining("--within");
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertThatThrownBy(
            () ->
                new JobOrder(
                    "j",
                    Kind.BACKFILL,
                    "d",
                    new JobScope("", "", List.of(), 0.01, ""),
                    JobLimits.NONE,
                    Wanted.RUN,
                    new Asked("", "", 1, 1)))
        .hasMessageContaining("sample");
    assertThatThrownBy(() -> new JobScope("", "", List.of(), 1.5, "")).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new JobScope("", "a; b", List.of(), 1, "")).hasMessageContaining(";");
    assertThatThrownBy(() -> new JobLimits(0, 17, 0, Duration.ZERO))
        .hasMessage("--lanes: expected at most 16 lanes, found 17");
    assertThat(JobScope.ALL.isComplete()).isTrue();
    assertThat(new JobScope("Order", "", List.of(), 1, "").isComplete()).isTrue();
    assertThat(new JobScope("", "x > 1", List.of(), 1, "").isComplete()).isFalse();
  }
}
