package dev.tandem.invariant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "  select tnt, count(*)\nFROM t GROUP BY tnt",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT ';' || \"odd;name\" FROM t",
      })
  void shouldLetAQueryStand(String sql) {
    assertThat(SelectRule.problem(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "DELETE FROM t",
        "selection",
        "SELECT 1; DROP TABLE t",
        "SELECT 1) AS x; COMMIT; DELETE FROM (t",
        "SELECT 1 -- a comment",
        "SELECT 'open",
        "SELECT pg_sleep($1)",
      })
  void shouldRefuseWhatIsNoQueryOrMoreThanOne(String sql) {
    assertThat(SelectRule.problem(sql)).isPresent();
  }
}
