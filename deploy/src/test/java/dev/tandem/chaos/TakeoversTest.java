package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.run.Role;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TakeoversTest {
  private final Map<Role, Map<String, Long>> at = new HashMap<>();
  private boolean away;
  private final Takeovers takeovers =
      new Takeovers(
          role -> {
            if (away) {
              throw new IllegalStateException("away");
            }
            return Map.copyOf(at.getOrDefault(role, Map.of()));
          });

  private void stand(Role role, long first, long second) {
    at.put(role, Map.of("0", first, "1", second));
    takeovers.look();
  }

  @Test
  void shouldBeOverWhenEachPartitionHasMoved() {
    takeovers.begin("apply killed", Set.of(Role.APPLY));
    stand(Role.APPLY, 10, 20);
    stand(Role.APPLY, 11, 20);
    stand(Role.APPLY, 12, 20);
    assertThat(takeovers.isOver()).isFalse();
    assertThat(takeovers.table()).contains("did not go on: apply killed");
    stand(Role.APPLY, 12, 21);
    assertThat(takeovers.isOver()).isTrue();
    assertThat(takeovers.table()).containsPattern("apply killed +1 ").doesNotContain("did not");
  }

  @Test
  void shouldWaitForEveryRoleThatMayBeHalted() {
    takeovers.begin("broker killed", EnumSet.of(Role.CAPTURE, Role.APPLY));
    away = true;
    takeovers.look();
    away = false;
    stand(Role.CAPTURE, 1, 1);
    stand(Role.CAPTURE, 2, 2);
    assertThat(takeovers.isOver()).isFalse();
    stand(Role.APPLY, 2, 2);
    stand(Role.APPLY, 3, 3);
    assertThat(takeovers.isOver()).isTrue();
  }

  @Test
  void shouldNotWaitWhereNothingIsHalted() {
    takeovers.begin("translate doubled", Set.of());
    assertThat(takeovers.isOver()).isTrue();
  }

  @Test
  void shouldTellTheLongestOfThoseThatBeganWhenNothingElseWasWrong() {
    takeovers.begin("apply killed", Set.of(Role.APPLY));
    stand(Role.APPLY, 1, 1);
    takeovers.begin("apply held", Set.of(Role.APPLY));
    takeovers.begin("capture killed", Set.of(Role.CAPTURE));
    stand(Role.APPLY, 2, 2);
    stand(Role.CAPTURE, 1, 1);
    stand(Role.APPLY, 3, 3);
    stand(Role.CAPTURE, 2, 2);
    assertThat(takeovers.isOver()).isTrue();
    assertThat(takeovers.longest()).containsOnlyKeys("apply killed", "capture killed");
    assertThat(takeovers.longest().values()).allMatch(Duration::isPositive);
  }
}
