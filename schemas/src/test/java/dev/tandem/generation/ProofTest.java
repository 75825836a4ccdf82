package dev.tandem.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Proof.Question;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.State;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProofTest {
  private static final Question QUESTION = new Question(1_000, Map.of(0, 50L, 1, 60L));

  private static LagReport report(int partition, State state, long verdictAt, long open) {
    return report(partition, state, verdictAt, new long[] {open, 0});
  }

  /// @param counts of what is open, and of what waits
  private static LagReport report(int partition, State state, long verdictAt, long[] counts) {
    return new LagReport(
        "sales",
        partition,
        state,
        LagReport.Evidence.NONE,
        2_000,
        verdictAt,
        verdictAt,
        verdictAt,
        100,
        100,
        0,
        Percentiles.NONE,
        Percentiles.NONE,
        0,
        0,
        counts[1],
        counts[0],
        false);
  }

  private static Proof proof(LagReport... reports) {
    var newest = new HashMap<Integer, LagReport>();
    for (LagReport each : reports) {
      newest.put(each.partition(), each);
    }
    return Proof.of(2, QUESTION, newest);
  }

  @Test
  void shouldBeGivenWhereEveryPartitionIsComparedAndNothingIsOpen() {
    assertThat(proof(report(0, State.IDLE, 50, 0), report(1, State.FOLLOWING, 61, 0)).isGiven())
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOADING", "JUDGING", "STOPPED"})
  void shouldNotBeGivenBeforeEveryEntityWasJudged(State state) {
    assertThat(proof(report(0, State.IDLE, 50, 0), report(1, state, 99, 0)).missing())
        .containsOnlyKeys(1);
  }

  @Test
  void shouldNotBeGivenWhileSomethingIsOpenOrVIsBehindOrAReportIsMissing() {
    assertThat(proof(report(0, State.IDLE, 50, 2), report(1, State.IDLE, 59, 0)).lines())
        .containsExactly(
            "partition 0: 2 divergences are open",
            "partition 1: compared up to outbox offset 59, and what the live generation had by then goes up to 60");
    assertThat(proof(report(0, State.IDLE, 50, 0)).missing()).containsOnlyKeys(1);
  }

  /// Invariant 13: of what is unknown nobody has said that it is equal.
  @Test
  void shouldNotBeGivenWhileAnEntityHasNoVerdict() {
    var proof = proof(report(0, State.IDLE, 50, 0), report(1, State.IDLE, 61, new long[] {0, 3}));
    assertThat(proof.isNear()).as("time does not bring it").isFalse();
    assertThat(proof.lines())
        .containsExactly(
            "partition 1: 3 entities have no verdict, each waits for a value that the log did not"
                + " tell: backfill the domain, which reads it");
  }

  @Test
  void shouldNotBeGivenByAReportFromBeforeTheQuestion() {
    var later = new Question(3_000, Map.of());
    var proof = Proof.of(1, later, Map.of(0, report(0, State.IDLE, 99, 0)));
    assertThat(proof.isGiven()).isFalse();
    assertThat(proof.isNear()).as("the next report will do").isTrue();
  }

  @Test
  void shouldKnowWhatTimeAloneWillBring() {
    assertThat(proof(report(0, State.IDLE, 50, 0), report(1, State.IDLE, 59, 0)).isNear()).isTrue();
    assertThat(proof(report(0, State.IDLE, 50, 1), report(1, State.IDLE, 59, 0)).isNear())
        .isFalse();
    assertThat(proof(report(0, State.IDLE, 50, 0)).isNear()).isFalse();
  }

  @Test
  void shouldBeAskedAnewOfWhereTheLiveOneStandsNowAfterALongWait() {
    var near = new Proof(Map.of(0, new Proof.Missing(Proof.Kind.IN_FLIGHT, "in flight")));
    var far = new Proof(Map.of(0, new Proof.Missing(Proof.Kind.UNPROVEN, "not judged")));
    var question = new Question(1_000, Map.of(0, 50L));
    assertThat(question.isSpent(near, 30_001_000)).isFalse();
    assertThat(question.isSpent(near, 30_001_001)).isTrue();
    assertThat(question.isSpent(far, 1_001)).isTrue();
  }
}
