package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeferenceTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000);
  private final Deference deference = new Deference(() -> 1);

  private boolean defersAfter(int seconds) {
    return deference.defers(NOW.plusSeconds(seconds));
  }

  private void fencedAfter(Duration session) {
    deference.fenced(NOW, session);
  }

  @Test
  void shouldContendWhereNobodyFencedItOut() {
    assertThat(deference.defers(NOW)).isFalse();
  }

  @Test
  void shouldLetBeginWhoFencedItOutUntilTheSlotIsRead() {
    fencedAfter(Duration.ZERO);
    assertThat(defersAfter(4)).isTrue();
    deference.held();
    assertThat(defersAfter(4)).isFalse();
  }

  @Test
  void shouldWaitLongerEachTimeForWhoDoesNotBegin() {
    for (int seconds : new int[] {8, 16, 32, 60, 60}) {
      fencedAfter(Duration.ofSeconds(3));
      assertThat(defersAfter(seconds - 1)).isTrue();
      assertThat(defersAfter(seconds)).isFalse();
    }
    fencedAfter(Duration.ofMinutes(2));
    assertThat(defersAfter(8)).isFalse();
  }

  @Test
  void shouldNotWaitAsLongAsAnother() {
    var other = new Deference(() -> 0);
    fencedAfter(Duration.ZERO);
    other.fenced(NOW, Duration.ZERO);
    assertThat(other.defers(NOW.plusSeconds(4))).isFalse();
    assertThat(defersAfter(4)).isTrue();
  }
}
