package dev.tandem.reconcile;

import static dev.tandem.reconcile.Driven.gone;
import static dev.tandem.reconcile.Driven.legacyOrder;
import static dev.tandem.reconcile.Driven.order;
import static dev.tandem.reconcile.Driven.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.OnSchemaChange;
import dev.tandem.plan.RepairBudget;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Partitioning;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/// Rows that bear a legacy identity under a key that is not its own: orders are named 100 above
/// their legacy number, which the target holds as their state.
class DuplicatesTest {
  private static final EntityPlan ORDER = Shop.PLAN.entities().get(1);
  private final Driven driven = Driven.live(plan(1, "number"));

  private static DomainPlan plan(int partitions, String partitionBy) {
    var order =
        new EntityPlan(
            ORDER.name(),
            ORDER.ordinal(),
            ORDER.root(),
            ORDER.children(),
            new Numbered(ORDER.mapping()),
            ORDER.target(),
            ORDER.fingerprint(),
            ORDER.version(),
            ORDER.reconciliation());
    return new DomainPlan(
        new Topics("shop", "sales"),
        partitions,
        1,
        List.of(Shop.PLAN.entities().getFirst(), order),
        partitionBy,
        Optional.empty(),
        RepairBudget.DEFAULT,
        OnSchemaChange.STOP);
  }

  private record Numbered(EntityMapping of) implements EntityMapping {
    @Override
    public Schema contract() {
      return of.contract();
    }

    @Override
    public Schema key() {
      return of.key();
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return String.valueOf(number(row));
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(of.key());
      key.put("id", 100 + number(root));
      return key;
    }

    private static long number(Row root) {
      return Long.parseLong(String.valueOf(root.value("id")));
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      var contract = new GenericData.Record(of.contract());
      contract.put("id", 100 + number(root));
      contract.put("state", String.valueOf(number(root)));
      return contract;
    }

    @Override
    public Map<String, String> copies() {
      return Map.of("state", "id");
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }

  @Test
  void shouldCallARowThatBearsTheIdentityOfAnotherADuplicate() {
    long end = driven.legacy(put(20, legacyOrder(7, "x")));
    driven.apply(end, order(107, "7"));
    driven.foreign(order(5, "7"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 5", Kind.DUPLICATE));
  }

  @Test
  void shouldCallARowWhoseNumberTheLegacySideNeverHadUnexpected() {
    driven.foreign(order(5, "7"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 5", Kind.UNEXPECTED));
  }

  @Test
  void shouldCallARowWhoseNumberIsGoneOnTheLegacySideUnexpected() {
    long end = driven.legacy(put(20, legacyOrder(7, "x")));
    driven.apply(end, order(107, "7"));
    long gone = driven.legacy(gone(21, legacyOrder(7, "x")));
    driven.applyDelete(gone, order(107, "7"));
    driven.restart();
    driven.foreign(order(5, "7"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 5", Kind.UNEXPECTED));
  }

  /// Nothing has happened to the row itself.
  @Test
  void shouldCallARowADuplicateFromWhenItsNumberIsThereAndUntilItIsGone() {
    driven.foreign(order(5, "7"));
    driven.foreign(order(6, "8"));
    driven.restart();
    long end = driven.legacy(put(20, legacyOrder(7, "x")));
    driven.apply(end, order(107, "7"));
    var expected = Map.of("Order 5", Kind.DUPLICATE, "Order 6", Kind.UNEXPECTED);
    assertThat(driven.open()).containsExactlyInAnyOrderEntriesOf(expected);
    driven.restart();
    driven.apply(driven.legacy(put(21, legacyOrder(7, "y"))));
    int told = driven.events.size();
    long gone = driven.legacy(gone(22, legacyOrder(7, "x")));
    driven.applyDelete(gone, order(107, "7"));
    assertThat(driven.events).as("one of them is told of").hasSize(told + 1);
    assertThat(driven.open().values()).containsOnly(Kind.UNEXPECTED);
    driven.foreignDelete(order(5, "7"));
    driven.foreignDelete(order(6, "8"));
    driven.apply(driven.legacy(put(23, legacyOrder(7, "x"))), order(107, "7"));
    assertThat(driven.open()).isEmpty();
  }

  /// It bears another number by now, and is no claimer of the former.
  @Test
  void shouldNotCallARowADuplicateOfANumberThatItBoreBefore() {
    driven.foreign(order(5, "7"));
    driven.foreign(order(5, "8"));
    long end = driven.legacy(put(20, legacyOrder(7, "x")));
    driven.apply(end, order(107, "7"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 5", Kind.UNEXPECTED));
    end = driven.legacy(put(21, legacyOrder(8, "x")));
    driven.apply(end, order(108, "8"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 5", Kind.DUPLICATE));
  }

  /// A number whose order belongs to a partition, of two; and the target's word for it.
  private static long in(int partition) {
    long number = 1;
    while (Partitioning.partition(String.valueOf(number), 2) != partition) {
      number++;
    }
    return number;
  }

  /// An order's key says its partition, and this one knows that there never was such an order.
  @Test
  void shouldNotTakeARowAtItsWordWhoseNumberIsOfThisPartition() {
    var one = Driven.live(plan(2, "id"));
    one.foreign(order(5, String.valueOf(in(0))));
    assertThat(one.open()).containsExactly(Map.entry("Order 5", Kind.UNEXPECTED));
  }

  @Test
  void shouldNotTakeARowAtItsWordWhoseNumberIsGoneFromThisPartition() {
    var one = Driven.live(plan(2, "id"));
    long number = in(0);
    long end = one.legacy(put(20, legacyOrder(number, "x")));
    one.apply(end, order(100 + number, String.valueOf(number)));
    one.foreign(order(5, String.valueOf(number)));
    assertThat(one.open()).containsExactly(Map.entry("Order 5", Kind.DUPLICATE));
    long gone = one.legacy(gone(21, legacyOrder(number, "x")));
    one.applyDelete(gone, order(100 + number, String.valueOf(number)));
    one.restart();
    one.foreign(order(6, String.valueOf(number)));
    assertThat(one.open()).containsEntry("Order 6", Kind.UNEXPECTED);
  }

  @Test
  void shouldTakeARowAtItsWordWhoseNumberIsOfAnotherPartition() {
    var one = Driven.live(plan(2, "id"));
    one.foreign(order(5, String.valueOf(in(1))));
    assertThat(one.open()).containsExactly(Map.entry("Order 5", Kind.DUPLICATE));
  }

  /// Nothing that stands in the row says whose the number is.
  @Test
  void shouldTakeARowAtItsWordWhereTheKeyDoesNotSayThePartition() {
    var one = Driven.live(plan(2, "number"));
    one.foreign(order(5, String.valueOf(in(0))));
    assertThat(one.open()).containsExactly(Map.entry("Order 5", Kind.DUPLICATE));
  }
}
