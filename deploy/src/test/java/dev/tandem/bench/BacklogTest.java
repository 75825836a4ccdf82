package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BacklogTest {
  @Test
  void shouldKnowTheLastKeyThatIsUpdated() {
    assertThat(new Backlog(30_000, 1_000).lastKey()).isEqualTo(30_000);
    assertThat(new Backlog(300_000, 1).lastKey()).isEqualTo(300_000);
    assertThat(new Backlog(301_000, 1_000).lastKey()).isEqualTo(1_000);
  }

  @Test
  void shouldRefuseAPartOfATransaction() {
    assertThatThrownBy(() -> new Backlog(1_500, 1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1500");
  }
}
