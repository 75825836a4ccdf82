package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class LagReportTest {
  private static LagReport at(State state, long verdictAt) {
    var none = Percentiles.NONE;
    return new LagReport(
        "d",
        0,
        state,
        LagReport.Evidence.NONE,
        1,
        50,
        50,
        verdictAt,
        60,
        60,
        0,
        none,
        none,
        0,
        0,
        0,
        0,
        false);
  }

  @ParameterizedTest
  @EnumSource(names = {"LOADING", "JUDGING", "STOPPED"})
  void shouldNotHaveComparedBeforeEveryEntityWasJudgedOnce(State state) {
    assertThat(at(state, 50).hasCompared(40)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"LOADING", "JUDGING", "STOPPED"},
      mode = Mode.EXCLUDE)
  void shouldHaveComparedWhatVHasPassed(State state) {
    assertThat(at(state, 40).hasCompared(40)).isTrue();
    assertThat(at(state, 39).hasCompared(40)).isFalse();
  }
}
