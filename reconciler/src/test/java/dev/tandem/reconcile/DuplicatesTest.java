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
  private final Driven driven = Driven.live(plan());

  private static DomainPlan plan() {
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
        1,
        1,
        List.of(Shop.PLAN.entities().getFirst(), order),
        "number",
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
      return of.partitionKey(source, row);
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
}
