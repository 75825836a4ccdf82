package dev.tandem.translate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.PoisonLimit;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.wire.Topics;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PoisonGuardTest {
  private long now;

  private PoisonGuard guard(int perMinute) {
    var plan = Shop.PLAN.over(Topics.FIRST_OUTBOX, 4).limited(new PoisonLimit(perMinute));
    return new PoisonGuard(plan, 200, () -> now);
  }

  private static void refuse(PoisonGuard guard, int times) {
    for (int i = 0; i < times; i++) {
      guard.refused("status: expected one of 2, found another");
      // So few that the share of all is never too much.
      guard.translated();
      guard.translated();
    }
  }

  @Test
  void shouldStopTheDomainBeforeMoreThanThePartitionsShareOfAMinute() {
    var guard = guard(40);
    refuse(guard, 10);
    assertThatThrownBy(() -> guard.refused("status: expected one of 2, found another"))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("more than 10 dead letters of one partition in a minute")
        .hasMessageContaining("poison: { per-minute: 40 } over 4 partitions")
        .hasMessageContaining("because of status: expected one of 2, found another")
        .hasMessageContaining("allow more in the spec");
  }

  @Test
  void shouldGoOnWithAsManyInEveryMinute() {
    var guard = guard(400);
    assertThatCode(
            () -> {
              for (int minute = 0; minute < 50; minute++) {
                refuse(guard, 100);
                now += 60_000;
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void shouldCountAMinuteThatSlides() {
    var guard = guard(400);
    now = 59_000;
    refuse(guard, 60);
    now = 61_000;
    refuse(guard, 40);
    assertThatThrownBy(() -> refuse(guard, 1)).isInstanceOf(DomainStoppedException.class);
    now = 119_001;
    refuse(guard, 60);
    assertThatThrownBy(() -> refuse(guard, 1)).isInstanceOf(DomainStoppedException.class);
  }

  @Test
  void shouldLetPassExactlyWhatAQueueOfTheLastMinuteWould() {
    for (int seed = 1; seed <= 100; seed++) {
      var random = new Random(seed);
      int share = 1 + random.nextInt(300);
      var guard = guard(4 * share);
      var last = new java.util.ArrayDeque<Long>();
      for (int i = 0; i < 2_000; i++) {
        now += random.nextInt(2 * 60_000 / share + 1);
        while (!last.isEmpty() && now - last.getFirst() >= 60_000) {
          last.removeFirst();
        }
        if (last.size() < share) {
          last.addLast(now);
          assertThatCode(() -> refuse(guard, 1)).doesNotThrowAnyException();
        } else {
          assertThatThrownBy(() -> refuse(guard, 1)).isInstanceOf(DomainStoppedException.class);
        }
      }
    }
  }
}
