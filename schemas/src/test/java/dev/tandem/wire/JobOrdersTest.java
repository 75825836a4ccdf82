package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobOrdersTest {
  private final MemoryRegistry registry = new MemoryRegistry();

  @ParameterizedTest
  @EnumSource
  void shouldReadBackAnOrder(JobOrder.Wanted wanted) {
    var order =
        new JobOrder(
            "verify-1",
            JobOrder.Kind.VERIFY,
            "orders",
            new JobScope("Order", "ord_no > 5", List.of("17", "18/ä"), 0.01, "t1"),
            new JobLimits(500, 3, 100, Duration.ofMinutes(10)),
            wanted,
            new JobOrder.Asked("kim", "after the import", 5, 6));
    byte[] bytes = new JobOrders(registry, "shop.control").encode(order);
    assertThat(JobOrders.decode(bytes)).isEqualTo(order);
    assertThat(order.key()).isEqualTo("job/verify-1");
    assertThat(JobOrder.isKey(order.key())).isTrue();
  }

  @Test
  void shouldRefuseBytesThatAreSomethingElse() {
    byte[] stop =
        new RepairStops(registry, "shop.control").encode(new RepairStop("d", 0, false, "", 1));
    assertThatThrownBy(() -> JobOrders.decode(stop)).isInstanceOf(UndecodableException.class);
  }
}
