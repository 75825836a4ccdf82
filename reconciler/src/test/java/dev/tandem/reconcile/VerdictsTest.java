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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.Reconciliation;
import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.plan.Reconciliation.Policy;
import dev.tandem.row.Row;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each kind of divergence: how it comes to be, what it is called, what is told of it, what closes
/// it.
class VerdictsTest {
  /// An order without the code that it is named by.
  private static Row unnamed(String state) {
    return unnamed(1, state);
  }

  private static Row unnamed(long id, String state) {
    return Shop.row(Shop.ORD_ROWS, id, null, state);
  }

  @Test
  void shouldKeepADivergenceOpenOfWhatHasNoKeyUntilItHasOne() {
    var driven = Driven.live();
    driven.apply(driven.legacy(put(20, unnamed("A"))));
    assertThat(driven.open()).containsExactly(Map.entry("Order ?", Kind.UNTRANSLATABLE));
    driven.restart();
    driven.apply(driven.legacy(put(21, unnamed("B"))));
    assertThat(driven.open()).hasSize(1);
    driven.apply(driven.legacy(put(22, legacyOrder(1, 7, "B"))), order(7, "B"));
    assertThat(driven.open()).isEmpty();
    driven.foreign(order(7, "X"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 7", Kind.FOREIGN_WRITE));
  }

  /// The thread ends, and what replaces it begins again from the last commit.
  @ParameterizedTest
  @ValueSource(strings = {"nameless", "unread"})
  void shouldJudgeNothingWhileARegistryIsAwayThatAMappingNeeds(String state) {
    var driven = Driven.live();
    assertThatThrownBy(
            () -> driven.apply(driven.legacy(put(20, legacyOrder(1, state))), order(1, state)))
        .isInstanceOf(RegistryException.class);
    assertThat(driven.events).isEmpty();
  }

  @Test
  void shouldCloseTheDivergenceOfWhatHasNoKeyWhenItIsGone() {
    var driven = Driven.live();
    driven.apply(driven.legacy(put(20, unnamed("A"))));
    driven.apply(driven.legacy(gone(21, unnamed("A"))));
    assertThat(driven.open()).isEmpty();
    driven.apply(driven.legacy(put(22, legacyOrder(1, 7, "B"))), order(7, "B"));
    assertThat(driven.open()).isEmpty();
  }

  /// What had no key before anything was judged is found by the first look.
  @Test
  void shouldFindWhatHasNoKeyAmongWhatWasThereBefore() {
    var driven = new Driven(Shop.PLAN);
    driven.sweptLegacy("5:5:", unnamed("A"));
    driven.legacyBaselines();
    driven.targetBaselines();
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.open()).containsExactly(Map.entry("Order ?", Kind.UNTRANSLATABLE));
  }

  private final Driven driven = Driven.live();

  private long inSync(long id, String state) {
    long end = driven.legacy(put(20 + id, legacyOrder(id, state)));
    driven.apply(end, order(id, state));
    assertThat(driven.events).isEmpty();
    return end;
  }

  private Divergence last() {
    return driven.events.getLast();
  }

  @Test
  void shouldFindALostWriteOfANewEntity() {
    long end = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(end);
    assertThat(driven.open()).containsEntry("Order 1", Kind.LOST_WRITE);
    assertThat(last().legacy().present()).isTrue();
    assertThat(last().legacy().offset()).isEqualTo(end);
    assertThat(last().target().present()).isFalse();
    assertThat(last().context().verdictAt()).isEqualTo(end);
  }

  @Test
  void shouldFindALostWriteOfAChange() {
    inSync(1, "A");
    driven.apply(driven.legacy(put(31, legacyOrder(1, "B"))));
    assertThat(driven.open()).containsEntry("Order 1", Kind.LOST_WRITE);
    assertThat(last().fields()).containsExactly(new FieldDifference("state", "B", "A"));
  }

  @Test
  void shouldCallWhatWasNeverThereAtTheBaselineMissing() {
    var begun = new Driven(Shop.PLAN);
    begun.sweptLegacy("10:10:", legacyOrder(1, "A"));
    begun.legacyBaselines();
    begun.targetBaselines();
    begun.apply(begun.offset());
    begun.tick();
    assertThat(begun.open()).containsEntry("Order 1", Kind.MISSING);
  }

  /// `Aa` and `BB` are of one hash code.
  @Test
  void shouldNotTakeForAnOlderContentWhatOnlyHasItsHashCode() {
    driven.apply(driven.legacy(put(20, legacyOrder(1, "BB"))), order(1, "BB"));
    driven.apply(driven.legacy(put(21, legacyOrder(1, "C"))), order(1, "Aa"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FIELD_MISMATCH);
  }

  @Test
  void shouldSayThatADifferenceHasChangedWhateverItsHashCode() {
    driven.apply(driven.legacy(put(20, legacyOrder(1, "A"))), order(1, "A"));
    driven.foreign(order(1, "Aa"));
    driven.restart();
    driven.foreign(order(1, "BB"));
    assertThat(driven.events)
        .extracting(event -> event.state() + " " + event.fields().getFirst().observed())
        .containsExactly("OPENED Aa", "CHANGED BB");
  }

  @Test
  void shouldFindAMismatchOfFields() {
    long end = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(end, order(1, "Z"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FIELD_MISMATCH);
    assertThat(last().fields()).containsExactly(new FieldDifference("state", "A", "Z"));
  }

  @Test
  void shouldKnowAForeignWriteAtOnceWithItsTransaction() {
    inSync(1, "A");
    driven.foreign(order(1, "X"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
    assertThat(last().target().xid()).isPositive();
    assertThat(last().target().committedAt()).isPositive();
    driven.foreign(order(1, "A"));
    assertThat(driven.open()).isEmpty();
    assertThat(last().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void shouldKnowAForeignDelete() {
    inSync(1, "A");
    driven.foreignDelete(order(1, "A"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
  }

  @Test
  void shouldFindARowThatNothingExplains() {
    driven.foreign(order(9, "X"));
    assertThat(driven.open()).containsEntry("Order 9", Kind.UNEXPECTED);
    driven.foreignDelete(order(9, "X"));
    assertThat(driven.open()).isEmpty();
  }

  /// A key that does not say its partition, given to a row of another one, which is ahead: it has
  /// written the row, and this one has not come to the deletion yet.
  @Test
  void shouldCloseWhatAnotherPartitionHasTakenOnceItsDeletionIsReached() {
    var driven = Driven.live(Shop.plan(Reconciliation.DEFAULT, 2));
    long end = driven.legacy(put(20, legacyOrder(1, 5, Shop.in(0))));
    driven.apply(end, order(5, Shop.in(0)));
    driven.foreignDelete(order(5, Shop.in(0)));
    assertThat(driven.open()).containsExactly(Map.entry("Order 5", Kind.FOREIGN_WRITE));
    driven.apply(driven.legacy(gone(21, legacyOrder(1, 5, Shop.in(0)))));
    assertThat(driven.open()).isEmpty();
  }

  /// Legacy knows nothing of it, so the row says whose it is.
  @Test
  void shouldSayWhoseARowIsThatNothingExplains() {
    var driven = Driven.live(Shop.plan(Reconciliation.DEFAULT, 1, Optional.of("state")));
    driven.foreign(order(9, "north"));
    assertThat(driven.events.getLast().tenant()).isEqualTo("north");
    driven.foreign(order(9, "south"));
    assertThat(driven.events.getLast().tenant()).isEqualTo("south");
    driven.foreign(customer(9, "Eve"));
    assertThat(driven.events.getLast().tenant()).isEmpty();
  }

  @Test
  void shouldFindAChildRowWithoutItsRoot() {
    driven.foreign(address(5, 1, "Bern"));
    assertThat(driven.open()).containsEntry("Customer 5", Kind.UNEXPECTED);
  }

  @Test
  void shouldFindWhatWasDeletedAndIsStillThere() {
    inSync(1, "A");
    driven.apply(driven.legacy(gone(31, legacyOrder(1, "A"))));
    assertThat(driven.open()).containsEntry("Order 1", Kind.GHOST);
    driven.applyDelete(driven.offset(), order(1, "A"));
    assertThat(driven.open()).isEmpty();
  }

  @Test
  void shouldFindWhatWasDeletedAndIsStillThereInPart() {
    var root = legacyCustomer(1, "Ann");
    var child = legacyAddress(5, 1, "Bern");
    long end = driven.legacy(put(20, root), put(20, child));
    driven.apply(end, customer(1, "Ann"), address(1, 5, "Bern"));
    assertThat(driven.open()).isEmpty();
    long deleted = driven.legacy(gone(31, child), gone(31, root));
    driven.applyDelete(deleted, address(1, 5, "Bern"));
    assertThat(driven.open()).containsEntry("Customer 1", Kind.GHOST);
  }

  @Test
  void shouldNotTakeForAGhostWhatSomebodyWroteAfterTheDeletion() {
    inSync(1, "A");
    long deleted = driven.legacy(gone(31, legacyOrder(1, "A")));
    driven.applyDelete(deleted, order(1, "A"));
    driven.foreign(order(1, "A"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.UNEXPECTED);
  }

  @Test
  void shouldFindAnOlderContentThatCameBack() {
    inSync(1, "A");
    long b = driven.legacy(put(31, legacyOrder(1, "B")));
    driven.apply(b, order(1, "B"));
    driven.apply(b, order(1, "A"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.REGRESSED);
  }

  /// An older backup of the target is restored: the checkpoint goes back.
  @Test
  void shouldReportRegressionsUntilARestoredTargetHasCaughtUp() {
    long a = inSync(1, "A");
    long b = driven.legacy(put(31, legacyOrder(1, "B")));
    driven.apply(b, order(1, "B"));
    driven.apply(a, order(1, "A"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.REGRESSED);
    driven.apply(b, order(1, "B"));
    assertThat(driven.open()).isEmpty();
  }

  @Test
  void shouldFindWhatCannotBeTranslatedAndCloseItWhenItCan() {
    long end = driven.legacy(put(20, legacyCustomer(1, "poison")));
    driven.apply(end);
    assertThat(driven.open()).containsEntry("Customer 1", Kind.UNTRANSLATABLE);
    assertThat(last().context().detail()).contains("expected a name");
    long healed = driven.legacy(put(21, legacyCustomer(1, "Ann")));
    driven.apply(healed, customer(1, "Ann"));
    assertThat(driven.open()).isEmpty();
  }

  /// Translation makes a dead letter of it by the same rule.
  @Test
  void shouldFindWhatIsTooLargeToBeForwardedAndCloseItWhenItHasBecomeSmaller() {
    var narrow = Driven.live(Shop.PLAN, Shop.KEY_IDS.within(500));
    long whole = narrow.legacy(put(20, legacyCustomer(1, "Ann")));
    narrow.apply(whole, customer(1, "Ann"));
    assertThat(narrow.open()).isEmpty();
    narrow.apply(narrow.legacy(put(21, legacyCustomer(1, "A".repeat(600)))));
    assertThat(narrow.open()).containsEntry("Customer 1", Kind.UNTRANSLATABLE);
    assertThat(narrow.events.getLast().context().detail())
        .contains("at most 500 bytes", "fix: fewer");
    long smaller = narrow.legacy(put(22, legacyCustomer(1, "Anna")));
    narrow.apply(smaller, customer(1, "Anna"));
    assertThat(narrow.open()).isEmpty();
  }

  @Test
  void shouldCloseWhatCouldNotBeTranslatedWhenItIsDeleted() {
    driven.apply(driven.legacy(put(20, legacyCustomer(1, "poison"))));
    driven.apply(driven.legacy(gone(21, legacyCustomer(1, "poison"))));
    assertThat(driven.open()).isEmpty();
  }

  @Test
  void shouldSayThatTheTargetRefusedIt() {
    long end = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.refuse(end, Driven.orderKey(1), "SQLSTATE 23514");
    assertThat(driven.open()).containsEntry("Order 1", Kind.UNAPPLIABLE);
    assertThat(last().context().detail()).isEqualTo("SQLSTATE 23514");
    driven.apply(driven.legacy(put(21, legacyOrder(1, "B"))), order(1, "B"));
    assertThat(driven.open()).isEmpty();
  }

  /// Between a refused record and the same again lies one that cannot be translated: nothing was
  /// forwarded since, so that nothing else was tried.
  @Test
  void shouldSayThatTheTargetRefusesWhatItRefusedBeforeItCouldNotBeTranslated() {
    for (boolean atOnce : new boolean[] {true, false}) {
      var one = Driven.live();
      long refused = one.legacy(put(20, legacyCustomer(1, "Ann")));
      if (!atOnce) {
        one.refuse(refused, Driven.customerKey(1), "SQLSTATE 23514");
      }
      long poisoned = one.legacy(put(21, legacyCustomer(1, "poison")));
      if (!atOnce) {
        one.apply(poisoned);
        assertThat(one.open()).containsEntry("Customer 1", Kind.UNTRANSLATABLE);
        one.restart();
      }
      long again = one.legacy(put(22, legacyCustomer(1, "Ann")));
      if (atOnce) {
        one.refuse(refused, Driven.customerKey(1), "SQLSTATE 23514");
      }
      one.apply(again);
      assertThat(one.open()).containsEntry("Customer 1", Kind.UNAPPLIABLE);
      assertThat(one.events.getLast().context().detail()).isEqualTo("SQLSTATE 23514");
      one.apply(one.legacy(put(23, legacyCustomer(1, "poison"))));
      one.apply(one.legacy(put(24, legacyCustomer(1, "Eve"))));
      assertThat(one.open())
          .as("another record was tried, and not refused")
          .containsEntry("Customer 1", Kind.LOST_WRITE);
    }
  }

  /// The first look of both comes at one place in the outbox for translation, and at a later one
  /// for the reconciler: what was refused there is what is expected here.
  @Test
  void shouldKnowWhatTheTargetRefusedBeforeTheFirstLook() {
    for (boolean written : new boolean[] {false, true}) {
      var driven = new Driven(Shop.PLAN);
      driven.sweptLegacy("5:5:", legacyOrder(1, 7, "A"));
      long translated = driven.offset();
      driven.legacyBaselines();
      driven.targetBaselines();
      driven.refuse(translated, Driven.orderKey(7), "SQLSTATE 23514");
      if (written) {
        driven.apply(driven.offset(), order(7, "A"));
        driven.foreignDelete(order(7, "A"));
      }
      driven.apply(driven.offset());
      driven.tick();
      assertThat(driven.open())
          .containsExactly(Map.entry("Order 7", written ? Kind.FOREIGN_WRITE : Kind.UNAPPLIABLE));
    }
  }

  /// The target's log is read before the outbox, and says that the record was refused.
  @Test
  void shouldRememberARefusalThatComesBeforeWhatWasRefused() {
    long end = driven.offset() + 1;
    driven.refuse(end, Driven.orderKey(1), "SQLSTATE 23514");
    driven.legacy(put(20, legacyOrder(1, "A")));
    assertThat(driven.open()).containsEntry("Order 1", Kind.UNAPPLIABLE);
  }

  /// What was sent to mend it is refused: nothing of the entity has changed, and yet more is known.
  @Test
  void shouldSayThatTheTargetRefusedTheRepair() {
    long end = inSync(1, "A");
    driven.foreignDelete(order(1, "A"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
    driven.refuse(end, Driven.orderKey(1), "SQLSTATE 23514");
    assertThat(driven.open()).containsEntry("Order 1", Kind.UNAPPLIABLE);
  }

  /// An order that cannot be translated has lost its name to another: what is wrong with it is
  /// nothing that is wrong with that one, and is open under the name that it has now.
  @Test
  void shouldNotBlameAnEntityForARowThatBoreItsNameBefore() {
    inSync(1, "A");
    driven.apply(driven.legacy(put(31, legacyOrder(1, 2, "poison"))));
    assertThat(driven.open()).containsExactly(Map.entry("Order 1", Kind.UNTRANSLATABLE));
    driven.apply(driven.legacy(put(32, legacyOrder(7, 1, "B"))), order(1, "B"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 2", Kind.UNTRANSLATABLE));
    driven.restart();
    driven.apply(driven.legacy(put(33, legacyOrder(8, 2, "B"))), order(2, "B"));
    assertThat(driven.open())
        .as("its own name is another's as well")
        .containsExactly(Map.entry("Order ?", Kind.UNTRANSLATABLE));
    driven.apply(driven.legacy(put(34, legacyOrder(1, 3, "poison"))));
    assertThat(driven.open()).containsExactly(Map.entry("Order 3", Kind.UNTRANSLATABLE));
    driven.apply(driven.legacy(put(35, legacyOrder(1, 3, "C"))), order(3, "C"));
    assertThat(driven.open()).isEmpty();
    driven.foreign(order(1, "X"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 1", Kind.FOREIGN_WRITE));
  }

  /// The change of its code was not captured: as far as anybody knows both have it.
  @Test
  void shouldKeepOpenWhatCannotBeTranslatedWhereAnotherTookTheCodeThatItHasStill() {
    inSync(1, "A");
    driven.apply(driven.legacy(put(31, legacyOrder(1, "poison"))));
    driven.apply(driven.legacy(put(32, legacyOrder(7, 1, "B"))), order(1, "B"));
    assertThat(driven.open()).containsExactly(Map.entry("Order ?", Kind.UNTRANSLATABLE));
    driven.apply(driven.legacy(put(33, legacyOrder(1, "poison"))));
    driven.apply(driven.offset(), order(1, "X"));
    assertThat(driven.open())
        .as("what cannot be translated takes no code from another")
        .containsOnly(
            Map.entry("Order ?", Kind.UNTRANSLATABLE), Map.entry("Order 1", Kind.FIELD_MISMATCH));
    driven.apply(driven.offset(), order(1, "B"));
    driven.apply(driven.legacy(gone(34, legacyOrder(1, "poison"))));
    assertThat(driven.open()).isEmpty();
  }

  /// Two change their codes in one transaction, and the one that is looked at first cannot be
  /// translated: by the transaction's end the code that it has taken is nobody else's.
  @Test
  void shouldCallWhatCannotBeTranslatedByTheCodeThatIsFreeAtTheEndOfTheTransaction() {
    inSync(1, "A");
    inSync(2, "B");
    long end =
        driven.legacy(
            put(31, unnamed(3, "C")),
            put(31, legacyOrder(2, 9, "B")),
            put(31, legacyOrder(3, 2, "poison")));
    driven.applyDelete(end, order(2, "B"));
    driven.apply(end, order(9, "B"));
    assertThat(driven.open()).containsExactly(Map.entry("Order 2", Kind.UNTRANSLATABLE));
  }

  /// The deletion was not captured, and another order has the code by now: what a sweep shows is
  /// nothing of that one.
  @Test
  void shouldNotCallAnEntityAGhostForARowThatBoreItsNameBefore() {
    for (var ending :
        List.of(OutboxRecord.Kind.SWEEP_ENDED, OutboxRecord.Kind.VERIFICATION_ENDED)) {
      var one = Driven.live();
      one.apply(one.legacy(put(21, legacyOrder(1, 5, "A"))), order(5, "A"));
      one.apply(one.legacy(put(31, legacyOrder(7, 5, "B"))), order(5, "B"));
      one.restart();
      one.verifiedLegacy("40:40:", legacyOrder(7, 5, "B"));
      one.legacyMarker(ending, Shop.ORD, "31:32:31");
      one.apply(one.offset());
      assertThat(one.events).isEmpty();
      one.foreign(order(5, "X"));
      assertThat(one.open()).containsExactly(Map.entry("Order 5", Kind.FOREIGN_WRITE));
    }
  }

  /// Nor is it one that a sweep sees changed, and that cannot be translated.
  @Test
  void shouldNotCallAnEntityLostForARowThatBoreItsNameBefore() {
    inSync(1, "A");
    driven.apply(driven.legacy(put(31, legacyOrder(1, "poison"))));
    driven.apply(driven.legacy(put(32, legacyOrder(7, 1, "B"))), order(1, "B"));
    driven.verifiedLegacy("40:40:", legacyOrder(1, 3, "poison"));
    assertThat(driven.open())
        .containsOnly(
            Map.entry("Order ?", Kind.UNTRANSLATABLE), Map.entry("Order 3", Kind.CAPTURE_LOSS));
    driven.apply(driven.offset());
    assertThat(driven.open()).containsExactly(Map.entry("Order 3", Kind.UNTRANSLATABLE));
  }

  @Test
  void shouldSayThatAnotherThingCannotBeTranslated() {
    driven.apply(driven.legacy(put(20, legacyCustomer(1, "poison"))));
    driven.apply(driven.legacy(put(21, legacyCustomer(1, "poison, again"))));
    assertThat(last().state()).isEqualTo(State.CHANGED);
    assertThat(last().context().detail()).contains("poison, again");
  }

  @Test
  void shouldRefuseStateOfAnotherComparison() {
    var state =
        new ReconcileState(
            dev.tandem.image.MemoryBytes.image(),
            dev.tandem.image.MemoryBytes.image(),
            new dev.tandem.image.MemoryBytes(),
            new dev.tandem.image.MemoryBytes());
    reconciler(state, Reconciliation.DEFAULT);
    var other = new Reconciliation(Policy.REPORT, Orphans.REPORT, Set.of("state"), Set.of());
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> reconciler(state, other))
        .hasMessageContaining("begun with another mapping");
  }

  private Reconciler reconciler(ReconcileState state, Reconciliation reconciliation) {
    return new Reconciler(
        new Reconciler.Setting(
            Shop.plan(reconciliation),
            0,
            Shop.KEY_IDS,
            Shop.HASH,
            10,
            java.time.InstantSource.fixed(java.time.Instant.EPOCH)),
        state,
        driven,
        ReconcileListener.NONE);
  }

  @Test
  void shouldNameAListThatDiffers() {
    long end =
        driven.legacy(put(20, legacyCustomer(1, "Ann")), put(20, legacyAddress(7, 1, "Bern")));
    driven.apply(end, customer(1, "Ann"), address(1, 7, "Oslo"));
    assertThat(driven.open()).containsEntry("Customer 1", Kind.FIELD_MISMATCH);
    assertThat(last().fields())
        .containsExactly(new FieldDifference("addresses", "1 items", "1 items"));
  }

  @Test
  void shouldTakeAnUnknownValueOfTheTargetFromTheKeptRow() {
    Row whole = Shop.row(Shop.CUSTOMER_ROWS, 1, "Ann", "a long note", "x");
    Row legacy = Shop.row(Shop.CUST_ROWS, 1, "Ann", "a long note");
    driven.apply(driven.legacy(put(20, legacy)), whole);
    Row toasted = Shop.row(Shop.CUSTOMER_ROWS, 1, "Bob", Row.UNKNOWN, "x");
    Row renamed = Shop.row(Shop.CUST_ROWS, 1, "Bob", Row.UNKNOWN);
    driven.apply(driven.legacy(put(21, renamed)), toasted);
    assertThat(driven.events).isEmpty();
  }

  /// Unknown is not different: no verdict until the value is known.
  @Test
  void shouldWaitForAValueThatIsNotKnown() {
    Row unknown = Shop.row(Shop.CUST_ROWS, 1, "Ann", Row.UNKNOWN);
    driven.apply(driven.legacy(Driven.change(Op.UPDATE, 20, null, unknown)));
    assertThat(driven.events).isEmpty();
    assertThat(waiting()).isEqualTo(1);
    driven.restart();
    assertThat(waiting()).as("after a restart").isEqualTo(1);
    driven.sweptLegacy("21:21:", Shop.row(Shop.CUST_ROWS, 1, "Ann", "note"));
    driven.apply(driven.offset(), Shop.row(Shop.CUSTOMER_ROWS, 1, "Ann", "note", "x"));
    assertThat(driven.open()).isEmpty();
    assertThat(waiting()).isZero();
  }

  @Test
  void shouldNotCountAnEntityAsWaitingThatIsGone() {
    Row unknown = Shop.row(Shop.CUST_ROWS, 1, "Ann", Row.UNKNOWN);
    driven.apply(driven.legacy(Driven.change(Op.UPDATE, 20, null, unknown)));
    driven.apply(driven.legacy(Driven.change(Op.UPDATE, 21, null, unknown)));
    assertThat(waiting()).as("judged twice").isEqualTo(1);
    driven.apply(driven.legacy(Driven.change(Op.DELETE, 22, unknown, null)));
    assertThat(waiting()).isZero();
  }

  private long waiting() {
    driven.now += 1_000_000;
    driven.tick();
    return driven.lags.getLast().waiting();
  }

  /// What a row has lost by coming from another partition no change brings by itself.
  @Test
  void shouldOpenADivergenceOfARowThatHasComeWithoutAValue() {
    Row come = Shop.row(Shop.CUST_ROWS, 1, "Ann", Row.UNKNOWN);
    driven.apply(driven.legacy(Driven.change(Op.INSERT, 20, null, come)));
    assertThat(last().kind()).isEqualTo(Kind.UNTRANSLATABLE);
    assertThat(last().context().detail()).contains("cust.note", "backfill").doesNotContain("Ann");
    Row again = Shop.row(Shop.CUST_ROWS, 1, "Eve", Row.UNKNOWN);
    driven.apply(driven.legacy(Driven.change(Op.UPDATE, 21, null, again)));
    driven.restart();
    assertThat(driven.open()).hasSize(1);
    driven.sweptLegacy("21:21:", Shop.row(Shop.CUST_ROWS, 1, "Ann", "note"));
    driven.apply(driven.offset(), Shop.row(Shop.CUSTOMER_ROWS, 1, "Eve", "note", "x"));
    assertThat(driven.open()).isEmpty();
  }

  @Test
  void shouldNotOpenOneWhereTheLoadBringsTheValue() {
    var loading = new Driven(Shop.PLAN);
    Row come = Shop.row(Shop.CUST_ROWS, 1, "Ann", Row.UNKNOWN);
    loading.legacy(Driven.change(Op.INSERT, 20, null, come));
    loading.sweptLegacy("15:15:", Shop.row(Shop.CUST_ROWS, 1, "Ann", "note"));
    loading.legacyBaselines();
    loading.targetBaselines();
    loading.apply(loading.offset(), Shop.row(Shop.CUSTOMER_ROWS, 1, "Ann", "note", "x"));
    loading.tick();
    assertThat(loading.reconciler.isLive()).isTrue();
    assertThat(loading.events).isEmpty();
  }

  @Test
  void shouldSayOnceWhatStaysAsItIsAndAgainWhatChanges() {
    inSync(1, "A");
    driven.foreign(order(1, "X"));
    driven.apply(driven.offset());
    assertThat(driven.events).hasSize(1);
    driven.foreign(order(1, "Y"));
    assertThat(last().state()).isEqualTo(State.CHANGED);
    assertThat(last().id()).isEqualTo(driven.events.getFirst().id());
  }

  @Test
  void shouldShowOnlyADigestOfASensitiveField() {
    var secret =
        new Reconciliation(Policy.REPORT, Orphans.REPORT, Set.of("name", "state"), Set.of());
    var guarded = Driven.live(Shop.plan(secret));
    guarded.apply(guarded.legacy(put(20, legacyOrder(1, "secret"))), order(1, "other"));
    FieldDifference field = guarded.events.getLast().fields().getFirst();
    assertThat(field.expected()).startsWith("digest:").doesNotContain("secret");
    assertThat(field.observed()).startsWith("digest:").isNotEqualTo(field.expected());
  }

  @Test
  void shouldNotCompareWhatTheTargetComputes() {
    var computed =
        new Reconciliation(Policy.REPORT, Orphans.REPORT, Set.of(), Set.of("state", "note"));
    var free = Driven.live(Shop.plan(computed));
    free.apply(free.legacy(put(20, legacyOrder(1, "A"))), order(1, "anything"));
    assertThat(free.events).isEmpty();
  }

  @Test
  void shouldReportWhatIsPendingAndThatNothingMoves() {
    driven.now = 100_000_000;
    driven.legacy(put(20, legacyOrder(1, "A")));
    driven.tick();
    assertThat(driven.lags.getLast().pending()).isEqualTo(1);
    assertThat(driven.lags.getLast().state()).isEqualTo(LagReport.State.SLOW);
    driven.now += 6_000_000;
    driven.tick();
    assertThat(driven.lags.getLast().state()).isEqualTo(LagReport.State.STOPPED);
    assertThat(driven.lags.getLast().evidence().stoppedAt()).isEqualTo(LagReport.Stage.APPLY);
    assertThat(driven.events).isEmpty();
    driven.apply(driven.offset(), order(1, "A"));
    driven.now += 1_000_000;
    driven.tick();
    assertThat(driven.lags.getLast().state()).isEqualTo(LagReport.State.IDLE);
    assertThat(driven.lags.getLast().reconciled()).isEqualTo(1);
    assertThat(driven.lags.getLast().toTarget().max()).isPositive();
  }

  @Test
  void shouldNotCallAPartitionIdleWhoseCaptureSaysNothing() {
    driven.now += 1_000_000;
    driven.apply(driven.legacy(put(20, legacyOrder(1, "A"))), order(1, "A"));
    driven.tick(new PartitionEnds.Heard(0, 0));
    assertThat(driven.lags.getLast().state()).isEqualTo(LagReport.State.UNKNOWN);
    long heard = driven.now;
    driven.now += 25_000_000;
    driven.tick(new PartitionEnds.Heard(heard, driven.now));
    assertThat(driven.lags.getLast().state()).isEqualTo(LagReport.State.STOPPED);
    assertThat(driven.lags.getLast().evidence())
        .isEqualTo(new LagReport.Evidence(LagReport.Stage.CAPTURE, heard, driven.now));
  }

  /// Rows whose checkpoint cannot be read are as if nobody's.
  @Test
  void shouldCallNothingForeignWhoseCheckpointCannotBeRead() {
    var driven = Driven.live();
    driven.apply(driven.legacy(Driven.put(10, Driven.legacyOrder(1, "A"))), Driven.order(1, "A"));
    long end = driven.legacy(Driven.put(11, Driven.legacyOrder(1, "B")));
    driven.unreadable();
    driven.foreign(Driven.order(1, "B"));
    assertThat(driven.events).isEmpty();
    driven.apply(end);
    assertThat(driven.events).isEmpty();
    driven.foreign(Driven.order(1, "X"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
  }
}
