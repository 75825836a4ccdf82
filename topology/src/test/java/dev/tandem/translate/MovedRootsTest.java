package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static dev.tandem.translate.Shop.address;
import static dev.tandem.translate.Shop.customer;
import static dev.tandem.translate.Shop.only;
import static dev.tandem.translate.Shop.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Partitioning;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A root whose partition changes while its key does not (C8): no two partitions ever write it.
class MovedRootsTest {
  private static final DomainPlan PLAN = Shop.plan(2);
  private static final int A = customerIn(0);
  private static final int B = customerIn(1);
  private final Partition left = new Partition(1000, PLAN, 0);
  private final Partition entered = new Partition(1000, PLAN, 1);

  /// The number of a customer whose rows are in a partition.
  static int customerIn(int partition) {
    int number = 1;
    while (Partitioning.partition(String.valueOf(number), 2) != partition) {
      number++;
    }
    return number;
  }

  @BeforeEach
  void passBaselines() {
    for (Partition each : List.of(left, entered)) {
      each.baselines();
      each.take();
    }
  }

  private void move(long xid, Row before, Row after) {
    for (Partition each : List.of(left, entered)) {
      each.feed(last(change(Op.UPDATE, xid, before, after)));
    }
  }

  /// Order 8 has gone from customer A to customer B.
  private void moved() {
    left.insert(10, order(8, A, "new"));
    left.take();
    move(11, order(8, A, "new"), order(8, B, "paid"));
  }

  private void assertSilence() {
    for (Partition each : List.of(left, entered)) {
      assertThat(each.taken()).filteredOn(text -> !text.startsWith("PROGRESS")).isEmpty();
    }
  }

  @Test
  void shouldForwardNothingOfARootThatHasGoneToAnotherPartitionUnderItsKey() {
    moved();
    entered.update(12, order(8, B, "sent"));
    left.restart();
    entered.restart();
    entered.update(13, order(8, B, "back"));
    assertSilence();
  }

  @Test
  void shouldForwardItAgainFromWhereItWasWhenItComesBack() {
    moved();
    entered.update(12, order(8, B, "sent"));
    move(13, order(8, B, "sent"), order(8, A, "back"));
    assertThat(left.taken()).singleElement().asString().contains("back");
    left.update(14, order(8, A, "last"));
    assertThat(left.taken()).singleElement().asString().contains("last");
    assertSilence();
  }

  @Test
  void shouldForwardNothingForARepairOfItEither() {
    left.insert(10, order(8, A, "new"));
    byte[] key = left.take().getFirst().keyBytes();
    move(11, order(8, A, "new"), order(8, B, "paid"));
    left.repair(key);
    assertSilence();
  }

  /// A key of which a partition knows nothing may be another one's, and apply deletes by the key.
  @Test
  void shouldDeleteNothingForARepairOfAKeyThatMayBeAnotherPartitions() {
    left.insert(10, order(8, A, "new"));
    byte[] key = left.take().getFirst().keyBytes();
    entered.repair(key);
    assertSilence();
    left.repair(key);
    assertThat(left.taken()).singleElement().asString().startsWith("UPSERT").contains("new");
  }

  @Test
  void shouldLeaveItToABackfillThatItIsDeletedWhereItWasAndWrittenWhereItIs() {
    moved();
    var snapshot = Snapshot.parse("30:30:");
    entered.swept(snapshot, order(8, B, "paid"));
    assertThat(entered.taken()).singleElement().asString().startsWith("UPSERT").contains("paid");
    for (Partition each : List.of(left, entered)) {
      each.marker(Kind.SWEEP_ENDED, Shop.ORDER, snapshot);
    }
    assertThat(left.taken()).singleElement().asString().startsWith("DELETE");
    assertSilence();
  }

  @Test
  void shouldKeepWhatWasForwardedAlsoWhenTheRowIsDeletedWhereItHasGone() {
    moved();
    entered.delete(12, only(order(8, B, ""), "id", "cust_no"));
    assertSilence();
    left.marker(Kind.SWEEP_ENDED, Shop.ORDER, Snapshot.parse("30:30:"));
    assertThat(left.taken()).singleElement().asString().startsWith("DELETE");
  }

  @Test
  void shouldForwardNothingWhenTheChildrenFollow() {
    left.insert(10, customer(A, "code", "Ann", null));
    left.insert(11, address(5, (long) A, "Bonn"));
    left.take();
    move(12, customer(A, "code", "Ann", null), customer(B, "code", "Ann", null));
    left.delete(13, only(address(5, (long) A, ""), "id", "cust_no"));
    entered.insert(13, address(5, (long) B, "Bonn"));
    assertSilence();
    move(14, customer(B, "code", "Ann", null), customer(A, "code", "Eve", null));
    left.take();
    entered.delete(15, only(address(5, (long) B, ""), "id", "cust_no"));
    left.insert(15, address(5, (long) A, "Bonn"));
    assertThat(left.taken()).singleElement().asString().contains("Eve").contains("Bonn");
    assertSilence();
  }
}
