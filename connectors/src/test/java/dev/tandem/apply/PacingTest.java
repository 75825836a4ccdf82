package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.PaceRule.Pace;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PacingTest {
  private static final BatchPlan PLAN = new BatchPlan(5000, 1 << 20);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Pace pace = Pace.FREE;
  private final Pacing pacing = new Pacing(() -> pace, () -> now);

  /// Records that are taken within some seconds, looked at ten times a second.
  private long taken(int seconds, int queued) {
    long taken = 0;
    for (int i = 0; i < seconds * 10; i++) {
      while (taken < queued && pacing.admits()) {
        int batch = pacing.within(PLAN).maxRecords();
        pacing.takes(batch);
        taken += batch;
      }
      now = now.plus(Duration.ofMillis(100));
    }
    return taken;
  }

  @Test
  void shouldTakeWholeTransactionsWhereNothingIsInTheWay() {
    assertThat(pacing.admits()).isTrue();
    assertThat(pacing.within(PLAN)).isEqualTo(PLAN);
  }

  @Test
  void shouldTakeNothingWhileItIsHeldAndNotCatchThatUp() {
    pace = new Pace(true, 1000);
    taken(2, 1_000_000);
    pace = Pace.HELD;
    assertThat(taken(60, 1_000_000)).isZero();
    pace = new Pace(true, 1000);
    assertThat(taken(10, 1_000_000)).isBetween(10_000L, 11_500L);
  }

  @Test
  void shouldKeepToARateInPartsOfHalfASecond() {
    pace = new Pace(true, 1000);
    assertThat(pacing.admits()).isTrue();
    assertThat(pacing.within(PLAN).maxRecords()).isEqualTo(500);
    assertThat(taken(10, 1_000_000)).isBetween(9_500L, 10_500L);
    pace = new Pace(true, 1);
    pacing.admits();
    assertThat(pacing.within(PLAN).maxRecords()).isEqualTo(1);
    pace = Pace.FREE;
    assertThat(pacing.admits()).as("what was owed to another rate is owed no more").isTrue();
  }
}
