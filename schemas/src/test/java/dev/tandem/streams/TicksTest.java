package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

class TicksTest {
  private static final Duration OFTEN = Duration.ofMillis(200);
  private static final Duration SELDOM = Duration.ofMinutes(1);
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private boolean goesOn = true;
  private int count;
  private final Ticks ticks =
      Ticks.begin(
          context,
          OFTEN,
          SELDOM,
          _ -> {
            count++;
            return goesOn;
          });

  /// Between the ticks that are not cancelled.
  private List<Duration> intervals() {
    return context.scheduledPunctuators().stream()
        .filter(each -> !each.cancelled())
        .map(MockProcessorContext.CapturedPunctuator::getInterval)
        .toList();
  }

  private void tick() {
    context.scheduledPunctuators().stream()
        .filter(each -> !each.cancelled())
        .toList()
        .forEach(each -> each.getPunctuator().punctuate(7));
  }

  @Test
  void shouldComeOftenAsLongAsSomethingIsUnderWayAndSeldomAfterwards() {
    tick();
    assertThat(intervals()).containsExactly(OFTEN);
    goesOn = false;
    tick();
    assertThat(intervals()).containsExactly(SELDOM);
    tick();
    assertThat(intervals()).containsExactly(SELDOM);
    assertThat(count).isEqualTo(3);
  }

  @Test
  void shouldComeOftenAgainWithARecord() {
    goesOn = false;
    tick();
    ticks.wake();
    ticks.wake();
    assertThat(intervals()).containsExactly(OFTEN);
    tick();
    assertThat(intervals()).containsExactly(SELDOM);
  }

  @Test
  void shouldComeNoMoreOnceCancelled() {
    ticks.cancel();
    assertThat(intervals()).isEmpty();
    ticks.cancel();
    assertThat(count).isZero();
  }
}
