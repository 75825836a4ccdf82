package dev.tandem.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhereRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "stat_cd = 'A'",
        "\"odd ; name\" > 3 AND (a OR (b))",
        "note LIKE 'it''s ; -- here)%'",
        "a - b > 0 AND c / d < 1",
        "ord_dt >= now() - interval '1 day'"
      })
  void shouldLetAConditionStand(String where) {
    assertThat(WhereRule.problem(where)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true; DROP TABLE t",
        "true) OR (true",
        "true) TO STDOUT --",
        "(a",
        "a /* hidden",
        "name = 'open",
        "\"open",
        "name = E'\\''",
        "a = $$x$$"
      })
  void shouldRefuseWhatWouldEndTheQueryOrHideItsRest(String where) {
    assertThat(WhereRule.problem(where)).isPresent();
  }
}
