package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.bench.Subject.By;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatioTest {
  @Test
  void shouldCompareWholeWorkWithPeersOfTheSameLoadAlone() {
    var own = Results.measured("a", "all at once", By.TANDEM, 20_000);
    var same = Results.measured("a", "peer", By.CONNECT, 4_000);
    var other = Results.measured("b", "peer", By.NATIVE, 50_000);
    var step = Results.measured("a", "apply", By.STEP, 60_000);
    assertThat(Ratio.among(List.of(same, other, step, own)))
        .containsExactly(new Ratio(own.subject(), same.subject(), 5));
  }

  @Test
  void shouldSayWhatReconcilingCostsWhereALoadWasMeasuredBothWays() {
    var carried = Results.measured("a", ReconcilingCost.CARRIED, By.TANDEM, 20_000);
    var compared = Results.measured("a", ReconcilingCost.RECONCILED, By.TANDEM, 10_000);
    var other = Results.measured("b", ReconcilingCost.CARRIED, By.TANDEM, 10_000);
    assertThat(ReconcilingCost.among(List.of(other, carried, compared)))
        .hasValueSatisfying(
            cost -> {
              assertThat(cost.load()).isEqualTo("a");
              assertThat(cost.without()).isEqualTo(25);
              assertThat(cost.with()).isEqualTo(50);
              assertThat(cost.share()).isEqualTo(1);
            });
    assertThat(ReconcilingCost.among(List.of(other, compared))).isEmpty();
  }

  @Test
  void shouldHaveNothingToSayWithoutPeers() {
    assertThat(Ratio.among(List.of(Results.measured("a", "all at once", By.TANDEM, 20_000))))
        .isEmpty();
  }
}
