package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SteadyTest {
  private static final Steady KEPT = Results.steady(2_000, Duration.ofSeconds(2));

  @Test
  void shouldKeepUpWhereAllIsMadeAndSoonCompared() {
    assertThat(KEPT.isKept()).isTrue();
  }

  @Test
  void shouldNotKeepUpWhereVerdictsComeLate() {
    assertThat(Results.steady(2_000, Duration.ofSeconds(6)).isKept()).isFalse();
  }

  @Test
  void shouldNotKeepUpWhereTheLegacyStoreTakesLess() {
    var less = new Steady(KEPT.rate(), 1_800, KEPT.behind(), KEPT.lags(), KEPT.spread());
    assertThat(less.isKept()).isFalse();
  }
}
