package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A generation beside the live one, as a plan.
class BesideTest {
  private static final TableId ORDER = TableId.parse("sales.order");
  private static final TableId LINE = TableId.parse("sales.line");
  private static final TableId CUSTOMER = TableId.parse("crm.customer");

  @Test
  void shouldReadTheSameAndHaveResultsOfItsOwn() {
    var topics = new Topics("shop", "sales", 2);
    var live = new Topics("shop", "sales");
    assertThat(topics.outbox()).isEqualTo(live.outbox());
    assertThat(topics.contract()).isEqualTo(live.contract());
    assertThat(topics.repair()).isEqualTo(live.repair());
    assertThat(List.of(topics.observed(), topics.divergence(), topics.reconciliationLag()))
        .containsExactly(
            "shop.sales.observed.2", "shop.sales.divergence.2", "shop.sales.reconciliation-lag.2");
    assertThat(topics.reconcileApplication()).isEqualTo("shop.sales.reconcile.2");
    assertThat(topics.applyGroup(2)).isEqualTo("shop.sales.apply.2");
  }

  @Test
  void shouldShareATranslationOfItsOwnWithNoOther() {
    var own = new Topics("shop", "sales", 2, 2);
    var live = new Topics("shop", "sales", Topics.SPEC, 2);
    assertThat(own.outbox()).isEqualTo("shop.sales.outbox");
    assertThat(live.contract()).isEqualTo(own.contract()).isEqualTo("shop.sales.contract.2");
    assertThat(live.contract(1)).isEqualTo("shop.sales.contract.2.v1");
    assertThat(live.repair()).isEqualTo("shop.sales.repair.2");
    assertThat(live.deadLetter()).isEqualTo("shop.sales.dead-letter.2");
    assertThat(live.translateApplication()).isEqualTo("shop.sales.translate.2");
    assertThat(live.reconcileApplication()).isEqualTo("shop.sales.reconcile.live.2");
    assertThat(own.reconcileApplication()).isEqualTo("shop.sales.reconcile.2");
    assertThat(live.observed()).isEqualTo("shop.sales.observed");
    assertThat(live.divergence()).isEqualTo("shop.divergence");
  }

  @Test
  void shouldMoveItsOwnTablesAndTheReferencesBetweenThemAndNoOther() {
    var order = new TargetTable(ORDER, List.of(), List.of("id"), List.of(CUSTOMER));
    var line = new TargetTable(LINE, List.of(), List.of("id"), List.of(ORDER, CUSTOMER));
    var target = new TargetPlan(order, List.of(new TargetPlan.Child("lines", line, List.of())));
    var moved = target.moved(table -> Set.of(ORDER, LINE).contains(table) ? in(table) : table);
    assertThat(moved.root().table()).isEqualTo(in(ORDER));
    assertThat(moved.root().references()).containsExactly(CUSTOMER);
    assertThat(moved.children().getFirst().table().references())
        .containsExactly(in(ORDER), CUSTOMER);
  }

  private static TableId in(TableId table) {
    return new TableId("beside", table.name());
  }

  @Test
  void shouldStandInASchemaOfItsOwn() {
    var live = DomainPlan.first(new Topics("shop", "sales"), 2, "id", List.of());
    assertThat(live.schema()).isEmpty();
    assertThat(live.of(3, 1).schema()).isEmpty();
    assertThat(live.beside(3).schema()).isEqualTo(Optional.of("tandem_shop_sales_3"));
    assertThat(live.beside(3).generation()).isEqualTo(3);
    assertThat(live.beside(3).fingerprint()).isEqualTo(live.fingerprint());
  }
}
