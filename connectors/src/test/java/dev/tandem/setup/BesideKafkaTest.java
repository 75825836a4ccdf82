package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// What of a domain's names belongs to generations that are fed no more.
class BesideKafkaTest {
  @Test
  void shouldNameNothingOfAGenerationThatIsBuiltOrKept() {
    var topics = BesideKafka.topics("shop", "sales", Set.of(3)).asMatchPredicate();
    assertThat(topics)
        .accepts(
            "shop.sales.observed.2",
            "shop.sales.divergence.13",
            "shop.sales.reconciliation-lag.31",
            "shop.sales.reconcile.2-store-changelog")
        .rejects(
            "shop.sales.observed.3",
            "shop.sales.divergence.3",
            "shop.sales.reconcile.3-store-changelog",
            "shop.sales.observed",
            "shop.sales2.observed.2",
            "other.sales.observed.2");
    var groups = BesideKafka.groups("shop", "sales", 2, Set.of(3)).asMatchPredicate();
    assertThat(groups)
        .accepts("shop.sales.reconcile.2", "shop.sales.reconcile.33", "shop.sales.apply.2")
        .rejects("shop.sales.reconcile.3", "shop.sales.apply.3", "shop.sales.apply.1");
  }
}
