package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.run.Role;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final long SECOND = 1_000_000_000;

  private final Standstill still = new Standstill(_ -> Map.of());

  @Test
  void shouldKnowTheLongestOfAnyPartition() {
    still.take(Role.APPLY, Map.of("a", 1L, "b", 1L), 0);
    still.take(Role.APPLY, Map.of("a", 2L, "b", 1L), 2 * SECOND);
    still.take(Role.APPLY, Map.of("a", 3L, "b", 2L), 3 * SECOND);
    still.take(Role.APPLY, Map.of("a", 4L, "b", 3L), 4 * SECOND);
    assertThat(still.longest()).isEqualTo(Map.of(Role.APPLY, Duration.ofSeconds(3)));
  }

  @Test
  void shouldCountWhatHasNotMovedSince() {
    still.take(Role.CAPTURE, Map.of("a", 1L), 0);
    still.take(Role.CAPTURE, Map.of("a", 1L), 7 * SECOND);
    assertThat(still.longest()).isEqualTo(Map.of(Role.CAPTURE, Duration.ofSeconds(7)));
    assertThat(still.table()).contains("capture", "7.0");
  }

  /// A watermark that goes back goes on from there.
  @Test
  void shouldTakeAStepBackForMoving() {
    still.take(Role.APPLY, Map.of("a", 5L), 0);
    still.take(Role.APPLY, Map.of("a", 4L), SECOND);
    still.take(Role.APPLY, Map.of("a", 5L), 2 * SECOND);
    assertThat(still.longest()).isEqualTo(Map.of(Role.APPLY, Duration.ofSeconds(1)));
  }
}
