package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Instant NOW = Instant.parse("2026-11-27T05:00:00Z");
  private final Turns turns = new Turns();
  private int asked;

  private boolean isOverAt(Duration after, boolean isAwaited) {
    return turns.isOver(
        NOW.plus(after),
        () -> {
          asked++;
          return isAwaited;
        });
  }

  @Test
  void shouldLastForItsLengthWhoeverWaits() {
    turns.begin("a", NOW);
    assertThat(isOverAt(Turns.LENGTH.minusMillis(1), true)).isFalse();
    assertThat(asked).isZero();
    assertThat(isOverAt(Turns.LENGTH, true)).isTrue();
  }

  @Test
  void shouldGoOnWhereNobodyWaitsAndAskSeldom() {
    turns.begin("a", NOW);
    assertThat(isOverAt(Turns.LENGTH, false)).isFalse();
    assertThat(isOverAt(Turns.LENGTH.plusMillis(499), true)).isFalse();
    assertThat(asked).isEqualTo(1);
    assertThat(isOverAt(Turns.LENGTH.plusMillis(500), true)).isTrue();
  }

  @Test
  void shouldKnowWhoseTurnWasLongestAgo() {
    turns.begin("a", NOW);
    turns.begin("b", NOW.plusSeconds(6));
    assertThat(turns.last("c")).isBefore(turns.last("a"));
    assertThat(turns.last("a")).isBefore(turns.last("b"));
  }
}
