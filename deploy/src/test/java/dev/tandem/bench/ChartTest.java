package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.bench.Measured.Point;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartTest {
  @Test
  void shouldDrawTheRateBetweenEachTwoMoments() {
    var course =
        List.of(
            new Point(Duration.ofMillis(200), 100),
            new Point(Duration.ofMillis(400), 500),
            new Point(Duration.ofMillis(900), 500));
    assertThat(Chart.rates(course))
        .containsExactly(
            new Point(Duration.ofMillis(400), 2_000), new Point(Duration.ofMillis(900), 0));
  }

  @Test
  void shouldDrawBarsInProportion() {
    String chart =
        Chart.bars(
            "rates",
            List.of(
                new Chart.Bar("one", List.of(new Chart.Part("a", 100)), "100"),
                new Chart.Bar("half", List.of(new Chart.Part("a", 50)), "50")));
    assertThat(chart).contains("width=\"440.0\"").contains("width=\"220.0\"");
  }
}
