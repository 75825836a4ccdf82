package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetShareTest {
  private static int all(int budget, int partitions, long minute) {
    return IntStream.range(0, partitions)
        .map(each -> new BudgetShare(each, partitions, false).ofDomain(budget, minute))
        .sum();
  }

  @Test
  void shouldAddUpToTheBudgetInEachMinute() {
    for (int minute = 29_000_000; minute < 29_000_100; minute++) {
      assertThat(all(600, 12, minute)).isEqualTo(600);
      assertThat(all(5, 64, minute)).isEqualTo(5);
      assertThat(all(7, 3, minute)).isEqualTo(7);
    }
  }

  @Test
  void shouldGiveEachPartitionItsTurn() {
    for (int partition = 0; partition < 64; partition++) {
      var share = new BudgetShare(partition, 64, false);
      assertThat(IntStream.range(0, 64).map(minute -> share.ofDomain(5, minute)).sum())
          .isEqualTo(5);
    }
  }

  @Test
  void shouldGiveATenantThatStandsInOnePartitionAllOfItsBudget() {
    assertThat(new BudgetShare(3, 12, true).ofTenant(60, 0)).isEqualTo(60);
    assertThat(new BudgetShare(3, 12, false).ofTenant(60, 0)).isEqualTo(5);
  }
}
