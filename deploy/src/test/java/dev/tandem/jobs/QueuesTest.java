package dev.tandem.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.job.PressureRule.Flow;
import dev.tandem.job.PressureRule.Measure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QueuesTest {
  private static final long SECOND = 1_000_000_000;
  private final Queues queues = new Queues();

  private Measure look(String what, long taken, long put, long second) {
    return queues.measure(new Queues.Name(what, 100), new Queues.Look(taken, put, second * SECOND));
  }

  @Test
  void shouldTellWhatWaitsAndHowFastItFlowedSinceTheLookBefore() {
    assertThat(look("a", 10, 40, 1))
        .isEqualTo(new Measure("a", 30, 100, "records", Optional.empty()));
    assertThat(look("a", 30, 100, 3))
        .isEqualTo(new Measure("a", 70, 100, "records", Optional.of(new Flow(10, 30))));
  }

  @Test
  void shouldTellEachQueueByItself() {
    look("a", 10, 40, 1);
    assertThat(look("b", 0, 5, 2).flow()).isEmpty();
  }

  /// A reader that goes back, or a topic that was made again.
  @Test
  void shouldNotFlowBackwards() {
    look("a", 50, 90, 1);
    Measure back = look("a", 20, 10, 2);
    assertThat(back.used()).isZero();
    assertThat(back.flow()).contains(new Flow(0, 0));
  }
}
