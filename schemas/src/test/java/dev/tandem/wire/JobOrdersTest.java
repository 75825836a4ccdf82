package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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

  /// Of a version that knew no bound, or by another hand: a capture that took it as it is would run
  /// out of memory again and again.
  @Test
  void shouldReadNoMoreLanesThanThereMayBe() {
    var order =
        new JobOrder(
            "b1",
            JobOrder.Kind.BACKFILL,
            "d",
            JobScope.ALL,
            new JobLimits(500, 3, 100, Duration.ZERO),
            JobOrder.Wanted.RUN,
            new JobOrder.Asked("kim", "", 5, 6));
    byte[] bytes = new JobOrders(registry, "shop.control").encode(order);
    byte[] limits = {(byte) 0xE8, 0x07, 0x06, (byte) 0xC8, 0x01};
    int at =
        IntStream.range(0, bytes.length - limits.length)
            .filter(i -> Arrays.equals(bytes, i, i + limits.length, limits, 0, limits.length))
            .findFirst()
            .orElseThrow();
    bytes[at + 2] = 0x7E;
    assertThat(JobOrders.decode(bytes).limits())
        .isEqualTo(new JobLimits(500, JobLimits.MOST_LANES, 100, Duration.ZERO));
  }

  @Test
  void shouldRefuseBytesThatAreSomethingElse() {
    byte[] stop =
        new RepairStops(registry, "shop.control").encode(new RepairStop("d", 0, false, "", 1));
    assertThatThrownBy(() -> JobOrders.decode(stop)).isInstanceOf(UndecodableException.class);
  }
}
