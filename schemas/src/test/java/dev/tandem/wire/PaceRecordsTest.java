package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.generation.PaceNote;
import dev.tandem.generation.PaceOrder;
import dev.tandem.job.JobOrder;
import dev.tandem.job.OperatorAction;
import dev.tandem.job.PressureRule.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaceRecordsTest {
  private final MemoryRegistry registry = new MemoryRegistry();

  @ParameterizedTest
  @EnumSource
  void shouldReadBackAnOrder(PaceOrder.Wanted wanted) {
    var order = new PaceOrder("orders", 3, wanted, 500, new PaceOrder.Asked("kim", "month end", 6));
    byte[] bytes = new PaceOrders(registry, "shop.control").encode(order);
    assertThat(PaceOrders.decode(bytes)).isEqualTo(order);
    assertThat(order.key()).isEqualTo("generation/orders/3");
    assertThat(JobOrder.isKey(order.key()) || OperatorAction.isKey(order.key())).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadBackANote(Level level) {
    var note = new PaceNote("orders", 3, level, "commit: 900 ms", 1500, 7);
    byte[] bytes = new PaceNotes(registry, "shop.control").encode(note);
    assertThat(PaceNotes.decode(bytes)).isEqualTo(note);
    assertThat(note.key()).isEqualTo("pace/orders/3");
  }

  @Test
  void shouldRefuseBytesThatAreSomethingElse() {
    byte[] stop =
        new RepairStops(registry, "shop.control").encode(new RepairStop("d", 0, false, "", 1));
    assertThatThrownBy(() -> PaceOrders.decode(stop)).isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> PaceNotes.decode(stop)).isInstanceOf(UndecodableException.class);
  }
}
