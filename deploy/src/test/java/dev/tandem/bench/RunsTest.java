package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.bench.Runs.Spread;
import dev.tandem.bench.Subject.By;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunsTest {
  private static final Subject OWN = new Subject("a", "all at once", By.TANDEM);

  /// Each with a peer of 5,000 per second.
  private static Runs runs(int... perSecond) {
    return new Runs(
        IntStream.of(perSecond)
            .mapToObj(
                each ->
                    Results.of(
                        List.of(
                            Results.measured("a", "peer", By.CONNECT, 5_000),
                            Results.measured("a", "all at once", By.TANDEM, each)),
                        List.of("no Avro")))
            .toList());
  }

  @Test
  void shouldTellTheMedianAndWhatLiesAround() {
    var runs = runs(30_000, 10_000, 15_000);
    assertThat(runs.perSecond(OWN)).isEqualTo(new Spread(10_000, 15_000, 30_000));
    assertThat(runs.middle().measured())
        .extracting(Measured::perSecond)
        .containsExactly(5_000.0, 15_000.0);
  }

  /// Else it would be a figure that nobody measured.
  @Test
  void shouldTellTheLowerOfTwo() {
    assertThat(runs(30_000, 10_000).perSecond(OWN)).isEqualTo(new Spread(10_000, 10_000, 30_000));
    assertThat(runs(30_000, 10_000).middle().measured().getLast().perSecond()).isEqualTo(10_000);
  }

  @Test
  void shouldCompareWithPeersOfTheSameRun() {
    assertThat(runs(30_000, 10_000, 15_000).ratios())
        .hasSize(1)
        .allSatisfy(
            (ratio, spread) -> {
              assertThat(ratio.of()).isEqualTo(OWN);
              assertThat(ratio.times()).isEqualTo(3);
              assertThat(spread).isEqualTo(new Spread(2, 3, 6));
            });
  }

  @Test
  void shouldHaveWhatOneRunAloneHasMeasured() {
    var both =
        new Runs(
            List.of(
                Results.of(
                    List.of(Results.measured("a", "all at once", By.TANDEM, 1_000)), List.of()),
                Results.of(
                    List.of(Results.measured("b", "all at once", By.TANDEM, 2_000)), List.of())));
    assertThat(both.middle().measured()).hasSize(2);
  }

  @Test
  void shouldSayWhatFailedOnce() {
    assertThat(runs(1_000, 2_000).middle().failures()).containsExactly("no Avro");
  }
}
