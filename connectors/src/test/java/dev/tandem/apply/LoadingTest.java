package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadingTest {
  private final Loading loading = new Loading();

  /// Which of the next batches are tried, each of which is refused.
  private List<Integer> tried(int batches) {
    var tried = new ArrayList<Integer>();
    for (int batch = 0; batch < batches; batch++) {
      if (loading.isWorthwhile(true, Loading.LEAST)) {
        loading.refused();
        tried.add(batch);
      }
    }
    return tried;
  }

  @Test
  void shouldLoadLargeBatchesOfAGenerationBesideTheLiveOne() {
    assertThat(loading.isWorthwhile(true, Loading.LEAST)).isTrue();
    assertThat(loading.isWorthwhile(true, Loading.LEAST - 1)).isFalse();
    assertThat(loading.isWorthwhile(false, 100_000)).isFalse();
  }

  @Test
  void shouldTryEverMoreSeldomWhereKeysComeAgainAndNeverGiveUp() {
    assertThat(tried(40)).containsExactly(0, 1, 3, 7, 15, 31);
    assertThat(tried(2000).getLast() - 1999).isGreaterThan(-Loading.LONGEST);
  }

  @Test
  void shouldLoadAgainOnceABatchWasNew() {
    tried(31);
    while (!loading.isWorthwhile(true, Loading.LEAST)) {
      assertThat(loading.isWorthwhile(true, 1)).isFalse();
    }
    loading.loaded();
    assertThat(loading.isWorthwhile(true, Loading.LEAST)).isTrue();
    loading.refused();
    assertThat(loading.isWorthwhile(true, Loading.LEAST)).isTrue();
  }
}
