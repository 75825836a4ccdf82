package dev.tandem.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--job: it is taken|job: it is taken",
        "--leave-empty: no such column|leaveEmpty: no such column",
        "--where and --keys are about one table|where and --keys are about one table",
        "see tandem rebuild SPEC status --domain d|see tandem rebuild SPEC status --domain d",
      })
  void shouldCallAnOptionThatAMessageBeginsWithAsTheFieldIsCalled(String said, String api) {
    assertThat(Words.ofApi(said)).isEqualTo(api);
  }
}
