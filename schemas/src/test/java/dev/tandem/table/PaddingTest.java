package dev.tandem.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaddingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "character(5)",
        "character",
        "character(3)[]",
        "character[]",
        "bpchar",
        "bpchar[]"
      })
  void shouldKnowTypesThatAreFilledUp(String postgres) {
    assertThat(Padding.isOf(postgres)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"character varying(5)", "character varying", "text", "\"char\"", "character_code"})
  void shouldKnowTypesThatAreNot(String postgres) {
    assertThat(Padding.isOf(postgres)).isFalse();
  }

  @Test
  void shouldCutBlanksAtTheEndAlone() {
    assertThat(Padding.cut(" a b  ")).isEqualTo(" a b");
    assertThat(Padding.cut("a\t ")).isEqualTo("a\t");
    assertThat(Padding.cut("a\u00a0")).isEqualTo("a\u00a0");
    assertThat(Padding.cut("   ")).isEmpty();
    assertThat(Padding.cut("")).isEmpty();
  }
}
