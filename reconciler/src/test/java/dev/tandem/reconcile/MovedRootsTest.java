package dev.tandem.reconcile;

import static dev.tandem.reconcile.Driven.change;
import static dev.tandem.reconcile.Driven.legacyOrder;
import static dev.tandem.reconcile.Driven.order;
import static dev.tandem.reconcile.Driven.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.Reconciliation;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Partitioning;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A root whose partition changes while its key does not (C8), seen from partition 0.
class MovedRootsTest {
  private static final DomainPlan PLAN = Shop.plan(Reconciliation.DEFAULT, 2);
  private static final String HERE = in(0);
  private static final String ELSEWHERE = in(1);

  /// A state whose orders are in a partition.
  private static String in(int partition) {
    char last = 'a';
    while (Partitioning.partition(String.valueOf(last), 2) != partition) {
      last++;
    }
    return String.valueOf(last);
  }

  private static Change moved(long xid, String from, String to) {
    return change(Op.UPDATE, xid, legacyOrder(1, from), legacyOrder(1, to));
  }

  /// Order 1 was here, and has left.
  private static Driven left() {
    var driven = Driven.live(PLAN);
    long a = driven.legacy(put(20, legacyOrder(1, "A" + HERE)));
    driven.apply(a, order(1, "A" + HERE));
    assertThat(driven.events).isEmpty();
    driven.apply(driven.legacy(moved(21, "A" + HERE, "A" + ELSEWHERE)));
    return driven;
  }

  @Test
  void shouldKeepADivergenceOpenUntilTheRootComesHome() {
    var driven = left();
    assertThat(driven.open()).containsEntry("Order 1", Kind.UNTRANSLATABLE);
    assertThat(driven.events.getLast().context().detail()).contains("partition-by changed");
    driven.restart();
    driven.apply(driven.legacy(put(22, legacyOrder(2, "B" + HERE))), order(2, "B" + HERE));
    assertThat(driven.open()).containsOnlyKeys("Order 1");
    driven.apply(driven.legacy(moved(23, "C" + ELSEWHERE, "C" + HERE)), order(1, "C" + HERE));
    assertThat(driven.open()).isEmpty();
  }

  /// Its deletion is told to the partition alone in which it is by then, so that nothing but what
  /// is true of this one may be advised.
  @Test
  void shouldKeepADivergenceOpenUntilABackfillHasShownThatTheRootIsNotThere() {
    var driven = left();
    assertThat(driven.events.getLast().context().detail())
        .contains("fix: change it back, or run a backfill")
        .doesNotContain("deleted");
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "30:30:");
    assertThat(driven.open()).containsOnlyKeys("Order 1");
    driven.applyDelete(driven.offset(), order(1, "A" + HERE));
    assertThat(driven.open()).isEmpty();
  }

  /// Over there it got another code, and an order of this partition has its former one by now.
  @Test
  void shouldKeepADivergenceOpenThoughAnotherTakesTheCodeOfARootThatHasLeft() {
    var driven = left();
    long end = driven.legacy(put(22, legacyOrder(2, 1, "B" + HERE)));
    driven.apply(end, order(1, "B" + HERE));
    assertThat(driven.open()).containsExactly(Map.entry("Order ?", Kind.UNTRANSLATABLE));
    assertThat(driven.events.getLast().context().detail()).contains("partition-by changed");
    driven.restart();
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "21:22:22");
    driven.apply(driven.offset());
    assertThat(driven.open()).as("a backfill has not met it here").isEmpty();
  }

  @Test
  void shouldExpectNothingOfARootThatHasComeUntilASweepShowsIt() {
    var driven = Driven.live(PLAN);
    driven.apply(driven.legacy(moved(21, "A" + ELSEWHERE, "A" + HERE)));
    driven.apply(driven.legacy(put(22, legacyOrder(1, "B" + HERE))));
    assertThat(driven.events).isEmpty();
    driven.sweptLegacy("30:30:", legacyOrder(1, "B" + HERE));
    assertThat(driven.open()).containsOnlyKeys("Order 1");
    driven.apply(driven.offset(), order(1, "B" + HERE));
    assertThat(driven.open()).isEmpty();
  }
}
