package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Generations;
import dev.tandem.metrics.Health;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GenerationWatchTest {
  private final CountDownLatch looking = new CountDownLatch(2);

  private final GenerationParts parts =
      new GenerationParts(
          new GenerationParts.Maker() {
            @Override
            public Map<String, Keeper<?>> wanted(Generations generations) {
              return Map.of(
                  "part", new Keeper<>("part", () -> () -> {}, _ -> Health.Condition.READY));
            }

            @Override
            public void keep(Keeper<?> keeper) {}

            @Override
            public void give(Keeper<?> keeper, GenerationParts.Ending ending) {}

            @Override
            public void cleared(Generations generations) {}
          });

  /// Libraries swallow interrupts, and closing a part waits for them.
  @Test
  void shouldEndThoughAnInterruptIsLost() throws Exception {
    var watch = new GenerationWatch(this::look, parts).start();
    looking.await();
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    watch.close();
                  } catch (InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                  }
                });
    assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
    assertThat(watch.isAlive()).isFalse();
  }

  /// The second look takes long, and does not tell that it was interrupted.
  private Generations look() {
    looking.countDown();
    if (looking.getCount() == 0) {
      try {
        Thread.sleep(Duration.ofMinutes(5));
      } catch (InterruptedException lost) {
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      }
    }
    return Generations.NONE;
  }
}
