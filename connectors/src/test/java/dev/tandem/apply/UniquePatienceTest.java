package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UniquePatienceTest {
  private static final Instant NOW = Instant.EPOCH;
  private final UniquePatience patience = new UniquePatience();

  @Test
  void shouldWaitForAWhileAndThenRest() {
    assertThat(patience.waits(NOW)).isTrue();
    assertThat(patience.waits(NOW.plusSeconds(4))).isTrue();
    assertThat(patience.waits(NOW.plusSeconds(5))).isFalse();
    assertThat(patience.waits(NOW.plusSeconds(6))).isFalse();
    assertThat(patience.waits(NOW.plusSeconds(54))).isFalse();
    assertThat(patience.waits(NOW.plusSeconds(55))).isTrue();
  }

  @Test
  void shouldWaitAnewAfterAWaitThatWasNotInVain() {
    assertThat(patience.waits(NOW)).isTrue();
    patience.rewarded();
    assertThat(patience.waits(NOW.plusSeconds(30))).isTrue();
    assertThat(patience.waits(NOW.plusSeconds(34))).isTrue();
  }

  @Test
  void shouldBeOfValuesThatAreTaken() {
    assertThat(UniquePatience.isOf(new SQLException("unique", "23505"))).isTrue();
    assertThat(UniquePatience.isOf(new SQLException("excluded", "23P01"))).isTrue();
    assertThat(UniquePatience.isOf(new SQLException("no parent", "23503"))).isFalse();
    assertThat(UniquePatience.isOf(new IllegalStateException())).isFalse();
  }
}
