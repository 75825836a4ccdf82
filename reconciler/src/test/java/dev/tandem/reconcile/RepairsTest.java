package dev.tandem.reconcile;

import static dev.tandem.reconcile.Driven.address;
import static dev.tandem.reconcile.Driven.customer;
import static dev.tandem.reconcile.Driven.gone;
import static dev.tandem.reconcile.Driven.legacyAddress;
import static dev.tandem.reconcile.Driven.legacyCustomer;
import static dev.tandem.reconcile.Driven.legacyOrder;
import static dev.tandem.reconcile.Driven.order;
import static dev.tandem.reconcile.Driven.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.Reconciliation;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.plan.Reconciliation.Policy;
import dev.tandem.plan.RepairBudget;
import dev.tandem.row.Row;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.RepairStop;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepairsTest {
  private static final int MINUTE = 60_000_000;

  private static Driven repairing(Orphans orphans) {
    return Driven.live(Shop.plan(new Reconciliation(Policy.REPAIR, orphans, Set.of(), Set.of())));
  }

  @Test
  void shouldOnlyReportWhereThePolicySaysSo() {
    var driven = Driven.live();
    driven.foreign(order(1, "X"));
    driven.tick();
    assertThat(driven.repairs).isEmpty();
  }

  @Test
  void shouldAskForARepairAndCloseOnlyWhenTheTargetShowsIt() {
    var driven = repairing(Orphans.REPORT);
    long end = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(end, order(1, "A"));
    driven.foreign(order(1, "X"));
    assertThat(driven.repairs).hasSize(1);
    assertThat(driven.events.getLast().state()).isEqualTo(State.REPAIRING);
    assertThat(driven.events.getLast().context().attempts()).isEqualTo(1);
    assertThat(driven.open()).containsKey("Order 1");
    driven.apply(end, order(1, "A"));
    assertThat(driven.open()).isEmpty();
  }

  @Test
  void shouldDeleteOrphansOnlyByPolicy() {
    var careful = repairing(Orphans.REPORT);
    careful.foreign(order(9, "X"));
    assertThat(careful.repairs).isEmpty();
    var deleting = repairing(Orphans.DELETE);
    deleting.foreign(order(9, "X"));
    assertThat(deleting.repairs).hasSize(1);
  }

  /// An order's key does not say its partition: a row that came here by somebody else's hand may be
  /// the living row of another partition, and translation deletes by the key alone.
  @Test
  void shouldNotDeleteWhatMayBeAnotherPartitions() {
    var policy = new Reconciliation(Policy.REPAIR, Orphans.DELETE, Set.of(), Set.of());
    var driven = Driven.live(Shop.plan(policy, 2));
    driven.foreign(order(9, Shop.in(0)));
    assertThat(driven.open()).containsEntry("Order 9", Kind.UNEXPECTED);
    assertThat(driven.events.getLast().context().remedy()).isEqualTo(Divergence.BY_HAND);
    driven.now += 1_000_001;
    driven.tick();
    assertThat(driven.repairs).isEmpty();
    driven.foreign(customer(9, "Eve"));
    assertThat(driven.events).anyMatch(event -> event.context().remedy().equals(Verdict.DELETE));
    assertThat(driven.repairs).as("a customer's key says its partition").hasSize(1);
    driven.foreignDelete(order(9, Shop.in(0)));
    assertThat(driven.open()).containsOnlyKeys("Customer 9");
  }

  /// What has to be written in such a domain is written.
  @Test
  void shouldWriteWhatIsOfThePartition() {
    var policy = new Reconciliation(Policy.REPAIR, Orphans.DELETE, Set.of(), Set.of());
    var driven = Driven.live(Shop.plan(policy, 2));
    String here = Shop.in(0);
    driven.apply(driven.legacy(put(20, legacyOrder(1, here))), order(1, here));
    driven.foreignDelete(order(1, here));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
    assertThat(driven.repairs).hasSize(1);
  }

  /// The target refuses a deletion. Sending it again deletes just as any repair of an orphan.
  @Test
  void shouldNotDeleteWhatTheLegacySideDoesNotHaveWhateverItsKind() {
    for (var orphans : Orphans.values()) {
      var driven = repairing(orphans);
      long end = driven.legacy(put(20, legacyOrder(1, "A")));
      driven.apply(end, order(1, "A"));
      long gone = driven.legacy(gone(21, legacyOrder(1, "A")));
      driven.refuse(gone, Driven.orderKey(1), "SQLSTATE 23503");
      assertThat(driven.open()).containsEntry("Order 1", Kind.UNAPPLIABLE);
      assertThat(driven.repairs).hasSize(orphans == Orphans.DELETE ? 1 : 0);
    }
  }

  /// A sweep did not meet a row of a list: the entity lives, and is written without it.
  @Test
  void shouldRepairAnEntityOfWhichASweepDidNotMeetAPart() {
    var driven = repairing(Orphans.REPORT);
    long end =
        driven.legacy(put(20, legacyCustomer(1, "Ann")), put(20, legacyAddress(5, 1, "Bern")));
    driven.apply(end, customer(1, "Ann"), address(1, 5, "Bern"));
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ADDR, "30:30:");
    driven.apply(driven.offset());
    assertThat(driven.open()).containsEntry("Customer 1", Kind.GHOST);
    assertThat(driven.events).anyMatch(event -> event.context().remedy().equals(Verdict.WRITE));
    driven.now += 1_000_001;
    driven.tick();
    assertThat(driven.repairs).hasSize(1);
  }

  /// Translation was not shown it, so a repair would forward what it still has.
  @Test
  void shouldNotRepairWhatOnlyAVerificationHasShown() {
    var driven = repairing(Orphans.DELETE);
    long end = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(end, order(1, "A"));
    driven.legacyMarker(OutboxRecord.Kind.VERIFICATION_ENDED, Shop.ORD, "30:30:");
    driven.apply(driven.offset());
    assertThat(driven.open()).containsEntry("Order 1", Kind.GHOST);
    assertThat(driven.events.getFirst().context().remedy()).isEqualTo(Divergence.BACKFILL);
    driven.restart();
    driven.now += 1_000_001;
    driven.tick();
    assertThat(driven.repairs).isEmpty();
  }

  /// The backfill has given translation what it needs, and what it forwarded did not take.
  @Test
  void shouldRepairWhatAVerificationHasShownOnceABackfillHasReadItToo() {
    var driven = repairing(Orphans.REPORT);
    driven.apply(driven.legacy(put(20, legacyOrder(1, "A"))), order(1, "A"));
    driven.verifiedLegacy("30:30:", legacyOrder(1, "B"));
    driven.apply(driven.offset());
    assertThat(driven.open()).containsEntry("Order 1", Kind.CAPTURE_LOSS);
    assertThat(driven.events.getLast().context().remedy()).isEqualTo(Divergence.BACKFILL);
    assertThat(driven.repairs).isEmpty();
    driven.sweptLegacy("40:40:", legacyOrder(1, "B"));
    driven.apply(driven.offset());
    assertThat(driven.events).anyMatch(event -> event.context().remedy().equals(Verdict.WRITE));
    assertThat(driven.repairs).hasSize(1);
    driven.apply(driven.offset(), order(1, "B"));
    assertThat(driven.open()).isEmpty();
  }

  /// Order 1 was never captured; a verification has shown it, and somebody has brought it over by
  /// hand. Translation knows nothing of it, and would answer a repair with its deletion.
  private static Driven broughtOverByHand() {
    var driven = repairing(Orphans.DELETE);
    driven.verifiedLegacy("30:30:", legacyOrder(1, "A"));
    driven.apply(driven.offset());
    assertThat(driven.open()).containsEntry("Order 1", Kind.CAPTURE_LOSS);
    driven.foreign(order(1, "A"));
    assertThat(driven.open()).isEmpty();
    driven.restart();
    return driven;
  }

  @Test
  void shouldNotRepairWhatOnlyAVerificationHasShownThoughBothSidesHaveAgreedSince() {
    var driven = broughtOverByHand();
    driven.foreign(order(1, "X"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
    assertThat(driven.events.getLast().context().remedy()).isEqualTo(Divergence.BACKFILL);
    driven.now += 1_000_001;
    driven.tick();
    assertThat(driven.repairs).isEmpty();
    driven.sweptLegacy("40:40:", legacyOrder(1, "A"));
    driven.apply(driven.offset());
    assertThat(driven.events)
        .anyMatch(event -> event.context().remedy().equals(new Verdict.ForeignWrite().remedy()));
    assertThat(driven.repairs).hasSize(1);
  }

  /// A change that leaves no value out gives translation all that there is.
  @Test
  void shouldRepairWhatAVerificationHasShownOnceAChangeHasToldAllOfIt() {
    var driven = broughtOverByHand();
    driven.apply(driven.legacy(put(41, legacyOrder(1, "B"))));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
    assertThat(driven.repairs).hasSize(1);
  }

  @Test
  void shouldNotRepairWhatAVerificationHasShownWhereAChangeLeavesAValueOut() {
    var driven = broughtOverByHand();
    driven.foreignDelete(order(1, "A"));
    driven.apply(driven.legacy(put(41, Shop.row(Shop.ORD_ROWS, 1L, 4L, Row.UNKNOWN))));
    assertThat(driven.open()).containsExactly(Map.entry("Order 4", Kind.LOST_WRITE));
    assertThat(driven.events.getLast().context().remedy()).isEqualTo(Divergence.BACKFILL);
    assertThat(driven.repairs).isEmpty();
  }

  /// What belongs to it may be what translation lacks.
  @Test
  void shouldNotRepairWhatAVerificationHasShownOfAListAfterAChangeOfTheRoot() {
    var driven = repairing(Orphans.DELETE);
    driven.apply(driven.legacy(put(20, legacyCustomer(1, "Ann"))), customer(1, "Ann"));
    driven.verifiedLegacy("30:30:", legacyAddress(5, 1, "Bern"));
    driven.apply(driven.offset(), address(1, 5, "Bern"));
    assertThat(driven.open()).isEmpty();
    driven.apply(driven.legacy(put(41, legacyCustomer(1, "Eve"))), customer(1, "Eve"));
    driven.foreignDelete(address(1, 5, "Bern"));
    assertThat(driven.open()).containsEntry("Customer 1", Kind.FOREIGN_WRITE);
    assertThat(driven.repairs).isEmpty();
    var root = legacyCustomer(1, "Eve");
    driven.apply(driven.legacy(gone(42, legacyAddress(5, 1, "Bern")), gone(42, root)));
    assertThat(driven.open()).containsEntry("Customer 1", Kind.GHOST);
    assertThat(driven.repairs).as("it is gone for everybody").hasSize(1);
  }

  @Test
  void shouldTryAgainAfterAPauseThatGrowsAndGiveUp() {
    var driven = repairing(Orphans.REPORT);
    driven.apply(driven.legacy(put(20, legacyOrder(1, "A"))));
    assertThat(driven.repairs).hasSize(1);
    driven.now += 5_000_000;
    driven.tick();
    assertThat(driven.repairs).hasSize(1);
    for (int minutes = 0; minutes < 30; minutes++) {
      driven.now += MINUTE;
      driven.tick();
    }
    assertThat(driven.repairs).hasSize(RepairDesk.MOST_ATTEMPTS);
    Divergence last = driven.events.getLast();
    assertThat(last.state()).isEqualTo(State.CHANGED);
    assertThat(last.context().detail()).startsWith("given up");
    assertThat(last.context().attempts()).isEqualTo(RepairDesk.MOST_ATTEMPTS);
    int told = driven.events.size();
    driven.restart();
    driven.now += MINUTE;
    driven.tick();
    assertThat(driven.events).as("it is said once").hasSize(told);
    driven.apply(driven.offset(), order(1, "A"));
    assertThat(driven.open()).isEmpty();
  }

  @Test
  void shouldNotRepairWhatAChangeOnItsWayOverwrites() {
    var driven = repairing(Orphans.REPORT);
    long end = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(end, order(1, "A"));
    driven.legacy(put(21, legacyOrder(1, "B")));
    driven.foreign(order(1, "X"));
    assertThat(driven.open()).containsKey("Order 1");
    assertThat(driven.repairs).isEmpty();
  }

  /// A minute's budget is 600 for the domain; of one tenant 60.
  @Test
  void shouldKeepToTheBudgetOfATenant() {
    var driven = repairing(Orphans.REPORT);
    for (int i = 0; i < 3000; i++) {
      driven.apply(driven.legacy(put(2000 + i, legacyOrder(i, "A"))), order(i, "A"));
    }
    for (int i = 0; i < 100; i++) {
      driven.foreign(order(i, "X"));
    }
    assertThat(driven.repairs).hasSize(60);
    driven.now += MINUTE + 1;
    driven.tick();
    driven.now += 1_000_001;
    driven.tick();
    assertThat(driven.repairs.size()).isGreaterThan(60);
  }

  @Test
  void shouldStopWhereTheFaultIsSystematicAndGoOnWhenItIsNot() {
    var driven = repairing(Orphans.REPORT);
    driven.tick();
    for (int i = 0; i < 50; i++) {
      driven.apply(driven.legacy(put(2000 + i, legacyOrder(i, "A"))), order(i, "wrong"));
    }
    driven.now += 1_000_001;
    driven.tick();
    assertThat(driven.stops).extracting(RepairStop::stopped).containsExactly(true);
    int asked = driven.repairs.size();
    assertThat(asked).isLessThan(30);
    driven.now += 5_000_000;
    driven.tick();
    assertThat(driven.repairs).hasSize(asked);
    assertThat(driven.lags.getLast().repairsStopped()).isTrue();
    // That nothing more diverges where nothing is judged is no sign that the fault is gone.
    aMinuteLater(driven);
    aMinuteLater(driven);
    assertThat(driven.repairs).hasSize(asked);
    // Nor is that nothing diverges newly: whatever is changed is wrong still.
    for (int i = 0; i < 50; i++) {
      driven.apply(driven.legacy(put(3000 + i, legacyOrder(i, "B"))), order(i, "wronger"));
    }
    driven.restart();
    aMinuteLater(driven);
    aMinuteLater(driven);
    assertThat(driven.stops).extracting(RepairStop::stopped).containsExactly(true);
    assertThat(driven.repairs).hasSize(asked);
    // Mended: what is changed now is right.
    for (int i = 0; i < 30; i++) {
      driven.apply(driven.legacy(put(4000 + i, legacyOrder(i, "C"))), order(i, "C"));
    }
    aMinuteLater(driven);
    assertThat(driven.stops).extracting(RepairStop::stopped).containsExactly(true, false);
    aMinuteLater(driven);
    assertThat(driven.repairs.size()).as("the others are repaired").isGreaterThan(asked);
  }

  private static void aMinuteLater(Driven driven) {
    driven.now += MINUTE;
    driven.tick();
  }

  private static RepairDesk desk(int partitions) {
    var desk = new RepairDesk(RepairBudget.DEFAULT, new BudgetShare(0, partitions, false));
    desk.tick(0);
    return desk;
  }

  private static boolean isStoppedBy(RepairDesk desk, int opened) {
    for (int i = 0; i < opened; i++) {
      desk.judged(RepairDesk.Judged.NEWLY_DIVERGENT);
    }
    desk.tick(1);
    return desk.isStopped();
  }

  /// Twenty of a domain are a sign, and each partition sees its part of them.
  @Test
  void shouldStopAPartitionOfManyEarlierAndNoneForAHandful() {
    assertThat(isStoppedBy(desk(1), 19)).isFalse();
    assertThat(isStoppedBy(desk(1), 20)).isTrue();
    assertThat(isStoppedBy(desk(2), 9)).isFalse();
    assertThat(isStoppedBy(desk(2), 10)).isTrue();
    assertThat(isStoppedBy(desk(64), 4)).isFalse();
    assertThat(isStoppedBy(desk(64), 5)).isTrue();
  }

  @Test
  void shouldNotStopForFewOfMany() {
    var desk = desk(64);
    for (int i = 0; i < 200; i++) {
      desk.judged(RepairDesk.Judged.AGREED);
    }
    assertThat(isStoppedBy(desk, 8)).isFalse();
    assertThat(isStoppedBy(desk, 8)).isTrue();
  }
}
