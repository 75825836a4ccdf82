package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepRefusalTest {
  private static boolean passes(@Nullable String state) {
    return SweepRefusal.passes(new SQLException("words", state));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "40001", "40P01", "53100", "53300", "55P03", "57P01", "57P03"})
  void shouldTryAgainWhatPasses(String state) {
    assertThat(passes(state)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"21000", "22P02", "25006", "42703", "P0001", "57014", "0A000", "XX000"})
  void shouldLeaveToAPersonWhatDoesNot(String state) {
    assertThat(passes(state)).isFalse();
  }

  @Test
  void shouldLeaveToAPersonWhatNobodyExplains() {
    assertThat(passes(null)).isFalse();
  }
}
