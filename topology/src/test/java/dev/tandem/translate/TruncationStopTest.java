package dev.tandem.translate;

import static dev.tandem.translate.Partition.truncation;
import static dev.tandem.translate.Shop.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.image.MemoryBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.OnTruncate;
import dev.tandem.streams.DomainStoppedException;
import org.junit.jupiter.api.Test;

class TruncationStopTest {
  private static DomainPlan plan(OnTruncate policy) {
    DomainPlan shop = Shop.PLAN;
    return new DomainPlan(
        shop.topics(),
        shop.partitions(),
        shop.generation(),
        shop.entities(),
        shop.partitionBy(),
        shop.tenant(),
        shop.budget(),
        shop.onSchemaChange(),
        policy,
        shop.poison());
  }

  @Test
  void shouldStopBeforeATruncationAndGoOnWithItOnceTheSpecSaysSo() {
    var partition = new Partition(1000, plan(OnTruncate.STOP), 0);
    partition.baselines();
    partition.insert(10, order(1, 1, "a"));
    partition.save();
    partition.take();
    assertThatThrownBy(() -> partition.feed(truncation(11, Shop.ORDER)))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("TRUNCATE of " + Shop.ORDER)
        .hasMessageContaining("on-truncate: delete");
    assertThat(partition.taken()).isEmpty();
    var again = new Partition(1000, plan(OnTruncate.DELETE), 0, partition);
    again.feed(truncation(11, Shop.ORDER));
    assertThat(again.taken()).singleElement().asString().startsWith("DELETE").contains("1");
    assertThat(((MemoryBytes) again.state.contractKeys()).size()).isZero();
  }
}
