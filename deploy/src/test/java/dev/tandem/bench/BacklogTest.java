package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.bench.Backlog.Kind;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final int ITEMS = 300_000;

  private static Backlog updates(int changes, int perTransaction) {
    return new Backlog(Sample.ITEM, Kind.UPDATES, ITEMS, changes, perTransaction);
  }

  @Test
  void shouldKnowTheLastKeyThatIsUpdated() {
    assertThat(updates(30_000, 1_000).lastKey()).isEqualTo(30_000);
    assertThat(updates(300_000, 1).lastKey()).isEqualTo(300_000);
    assertThat(updates(301_000, 1_000).lastKey()).isEqualTo(1_000);
  }

  @Test
  void shouldRefuseAPartOfATransaction() {
    assertThatThrownBy(() -> updates(1_500, 1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1500");
  }

  @Test
  void shouldRefuseAPartOfAnAggregate() {
    assertThatThrownBy(() -> new Backlog(Sample.BASKET, Kind.UPDATES, 1_000, 6_000, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6000 changes by 10");
  }

  @Test
  void shouldRefuseToDeleteARowTwice() {
    assertThatThrownBy(() -> new Backlog(Sample.ITEM, Kind.DELETES, 1_000, 2_000, 1_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each once");
  }

  @Test
  void shouldSayWhatIsChangedOfWhat() {
    assertThat(updates(300_000, 10).load()).isEqualTo("300,000 updates, 10 per transaction");
    assertThat(new Backlog(Sample.BASKET, Kind.UPDATES, 1_000, 6_000, 6).load())
        .isEqualTo("6,000 updates of aggregates with 5 children, 6 per transaction");
  }
}
