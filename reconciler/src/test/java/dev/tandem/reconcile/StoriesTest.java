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

import dev.tandem.generation.Proof;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.OutboxRecord;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The counterexamples that concern verdicts, one each.
class StoriesTest {
  /// C1: between two watermarks a key goes A, B, A in one batch; the target is seen before the
  /// outbox was read that far.
  @Test
  void shouldNotJudgeBetweenTwoWatermarks_C1() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    driven.apply(a + 2);
    driven.legacy(put(21, legacyOrder(1, "B")));
    assertThat(driven.events).isEmpty();
    driven.legacy(put(22, legacyOrder(1, "A")));
    assertThat(driven.reconciler.position()).isEqualTo(a + 2);
    assertThat(driven.events).isEmpty();
  }

  /// C2: a key is written in every batch, so that what was seen is always newer than V, and one
  /// write in between is wrong for good.
  @Test
  void shouldJudgeAKeyThatChangesAllTheTime_C2() {
    var driven = Driven.live();
    long base = driven.offset();
    for (int i = 1; i <= 5; i++) {
      driven.apply(base + i, order(1, "wrong " + i));
    }
    for (int i = 1; i <= 5; i++) {
      driven.legacy(put(20 + i, legacyOrder(1, "right " + i)));
      assertThat(driven.open()).containsKey("Order 1");
    }
  }

  /// C3: a transaction changes two entities, and an apply batch ends after the first.
  @Test
  void shouldNotTakeATargetInsideATransactionForOneAtItsEnd_C3() {
    var driven = Driven.live();
    long before = driven.offset();
    long end = driven.legacy(put(20, legacyOrder(1, "A")), put(20, legacyOrder(2, "A")));
    driven.applyInside(before, order(1, "A"));
    assertThat(driven.events).isEmpty();
    driven.apply(end, order(2, "A"));
    assertThat(driven.reconciler.position()).isEqualTo(end);
    assertThat(driven.events).isEmpty();
  }

  /// C4: the last changes of the outbox make no contract record; the watermark reaches them all the
  /// same, and nothing is pending.
  @Test
  void shouldFollowTheWatermarkOverChangesThatChangeNothing_C4() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    long same = driven.legacy(put(21, legacyOrder(1, "A")));
    driven.apply(same);
    driven.now += 2_000_000;
    driven.tick();
    assertThat(driven.reconciler.position()).isEqualTo(same);
    assertThat(driven.lags.getLast().pending()).isZero();
  }

  /// C5: a repair in an idle partition repeats the watermark, and closes the divergence.
  @Test
  void shouldCloseByARepairThatRepeatsTheWatermark_C5() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    driven.foreign(order(1, "X"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.FOREIGN_WRITE);
    driven.apply(a, order(1, "A"));
    assertThat(driven.open()).isEmpty();
  }

  /// C6: apply passes a compacted stretch of the contract topic; until it has passed, what it wrote
  /// has no watermark.
  @Test
  void shouldWaitWhileApplyPassesAGap_C6() {
    var driven = Driven.live();
    long before = driven.offset();
    driven.legacy(put(20, legacyOrder(1, "A")));
    long b = driven.legacy(put(21, legacyOrder(2, "B")));
    driven.applyInside(before, order(2, "B"));
    assertThat(driven.events).isEmpty();
    driven.apply(b, order(1, "A"));
    assertThat(driven.events).isEmpty();
  }

  /// C13: capture lags; a row is deleted, a sweep does not meet it, and its end marker comes when
  /// the deletion has been captured, as it must: no ghost. A row that nothing ever deleted is one.
  @Test
  void shouldInventNoGhost_C13() {
    var driven = Driven.live();
    driven.legacy(put(20, legacyOrder(1, "A")));
    long both = driven.legacy(put(21, legacyOrder(2, "A")));
    driven.apply(both, order(1, "A"), order(2, "A"));
    long deleted = driven.legacy(gone(22, legacyOrder(1, "A")));
    driven.applyDelete(deleted, order(1, "A"));
    driven.sweptLegacy("23:23:", legacyOrder(2, "A"));
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "23:23:");
    driven.apply(driven.offset());
    assertThat(driven.events).isEmpty();
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "24:24:");
    assertThat(driven.open()).containsExactly(Map.entry("Order 2", Kind.GHOST));
    driven.applyDelete(driven.offset(), order(2, "A"));
    assertThat(driven.open()).isEmpty();
  }

  /// C13, the other way round: a change that the sweep saw and the stream brings is no loss; one
  /// that only the sweep saw is.
  @Test
  void shouldInventNoCaptureLoss_C13() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    long b = driven.legacy(put(21, legacyOrder(1, "B")));
    driven.apply(b, order(1, "B"));
    driven.sweptLegacy("22:22:", legacyOrder(1, "B"));
    driven.apply(driven.offset());
    assertThat(driven.events).isEmpty();
    driven.sweptLegacy("30:30:", legacyOrder(1, "C"));
    assertThat(driven.open()).containsEntry("Order 1", Kind.CAPTURE_LOSS);
    driven.apply(driven.offset(), order(1, "C"));
    assertThat(driven.open()).isEmpty();
  }

  /// Both captures have lost their places, and the legacy side is swept before the target is known
  /// again: what that sweep shows is said when judging begins, whether or not apply has followed by
  /// then.
  @Test
  void shouldSayWhenJudgingBeginsWhatASweepHasShownBefore() {
    var driven = Driven.live();
    long both =
        driven.legacy(
            put(20, legacyOrder(1, "A")),
            put(20, legacyOrder(2, "A")),
            put(20, legacyOrder(3, "A")));
    driven.apply(both, order(1, "A"), order(2, "A"), order(3, "A"));
    driven.targetEpoch();
    driven.sweptLegacy("30:30:", legacyOrder(1, "B"));
    driven.sweptLegacy("30:30:", legacyOrder(2, "A"));
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "30:30:");
    driven.restart();
    assertThat(driven.events).isEmpty();
    driven.sweptTarget(order(1, "B"));
    driven.sweptTarget(order(2, "A"));
    driven.sweptTarget(order(3, "A"));
    driven.targetBaselines();
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.events)
        .extracting(event -> event.state() + " " + event.kind())
        .containsExactly("OPENED CAPTURE_LOSS", "CLOSED CAPTURE_LOSS", "OPENED GHOST");
    assertThat(driven.open()).containsExactly(java.util.Map.entry("Order 3", Kind.GHOST));
  }

  /// A load of a fresh migration, and one more of the same rows: nothing was lost.
  @Test
  void shouldNotBeSurprisedByTheFirstLoad() {
    var driven = new Driven(Shop.PLAN);
    driven.sweptLegacy("10:10:", legacyOrder(1, "A"));
    driven.legacy(put(20, legacyOrder(2, "A")), Driven.gone(20, legacyOrder(1, "A")));
    driven.legacyBaselines();
    driven.sweptLegacy("21:21:", legacyOrder(2, "A"));
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "21:21:");
    driven.targetBaselines();
    driven.apply(driven.offset(), order(2, "A"));
    driven.tick();
    assertThat(driven.reconciler.hasJudgedAll()).isTrue();
    assertThat(driven.events).isEmpty();
  }

  /// A verification brings what was never captured, and tells what is gone: findings, though
  /// translation does not see it. A sweep for everybody closes them, since apply then follows.
  @Test
  void shouldFindByAVerificationWhatTheStreamNeverTold() {
    var driven = Driven.live();
    long both = driven.legacy(put(20, legacyOrder(1, "A")), put(20, legacyOrder(2, "A")));
    driven.apply(both, order(1, "A"), order(2, "A"));
    driven.verifiedLegacy("30:30:", legacyOrder(1, "C"));
    assertThat(driven.open()).containsOnly(java.util.Map.entry("Order 1", Kind.CAPTURE_LOSS));
    driven.legacyMarker(OutboxRecord.Kind.VERIFICATION_ENDED, Shop.ORD, "30:30:");
    assertThat(driven.open()).containsEntry("Order 2", Kind.GHOST);
    driven.apply(driven.offset());
    assertThat(driven.open().keySet()).containsExactly("Order 1", "Order 2");
    driven.sweptLegacy("40:40:", legacyOrder(1, "C"));
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "40:40:");
    driven.apply(driven.offset(), order(1, "C"));
    driven.applyDelete(driven.offset(), order(2, "A"));
    assertThat(driven.open()).isEmpty();
  }

  /// Equal stores: a verification says nothing, and V passes it.
  @Test
  void shouldFindNothingInEqualStoresByAVerification() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    driven.verifiedLegacy("30:30:", legacyOrder(1, "A"));
    driven.sweptTarget(order(1, "A"));
    driven.legacyMarker(OutboxRecord.Kind.VERIFICATION_ENDED, Shop.ORD, "30:30:");
    driven.apply(driven.offset());
    assertThat(driven.events).isEmpty();
    assertThat(driven.reconciler.position()).isEqualTo(driven.offset());
  }

  /// C14: a lossy failover lost a transaction that is in the outbox; the new epoch's sweep shows
  /// what is true, whatever its transaction ids say.
  @Test
  void shouldLetANewEpochWinOverALostTransaction_C14() {
    var driven = Driven.live();
    long phantom = driven.legacy(put(1005, legacyOrder(1, "phantom")));
    driven.apply(phantom, order(1, "phantom"));
    driven.reconciler.outbox(
        phantom + 1,
        new OutboxRecord.Swept(
            2, dev.tandem.position.Snapshot.parse("1001:1001:"), 5, legacyOrder(1, "true")));
    assertThat(driven.open()).containsEntry("Order 1", Kind.CAPTURE_LOSS);
    driven.apply(phantom + 1, order(1, "true"));
    assertThat(driven.open()).isEmpty();
  }

  /// The target was not captured for a while, and apply went on: nothing is judged by what was seen
  /// before, until the target was swept again and apply has said where it stands.
  @Test
  void shouldInventNothingAfterAGapInTheCaptureOfTheTarget() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    driven.legacy(put(21, legacyOrder(1, "B")));
    long c = driven.legacy(put(22, legacyOrder(2, "C")));
    driven.targetEpoch();
    driven.apply(c, order(2, "C"));
    driven.tick();
    assertThat(driven.events).isEmpty();
    assertThat(driven.reconciler.isLive()).isFalse();
    driven.sweptTarget(order(1, "B"));
    driven.sweptTarget(order(2, "C"));
    driven.targetBaselines();
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.events).isEmpty();
  }

  /// The same, and a row has gone meanwhile that is expected.
  @Test
  void shouldFindWhatWentWhileTheTargetWasNotCaptured() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    driven.targetEpoch();
    driven.targetBaselines();
    driven.apply(a);
    driven.tick();
    assertThat(driven.open()).containsOnlyKeys("Order 1");
  }

  /// A sweep under a new column, or of a value that was not known, is no loss.
  @Test
  void shouldTakeANewColumnForNoLoss() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    var wider =
        new dev.tandem.row.RowSchema(
            Shop.ORD,
            java.util.List.of(
                new dev.tandem.row.RowSchema.Field("id", dev.tandem.table.Carrier.LONG, false),
                new dev.tandem.row.RowSchema.Field("code", dev.tandem.table.Carrier.LONG, false),
                new dev.tandem.row.RowSchema.Field("state", dev.tandem.table.Carrier.TEXT, false),
                new dev.tandem.row.RowSchema.Field("new", dev.tandem.table.Carrier.TEXT, false)));
    driven.sweptLegacy("30:30:", Shop.row(wider, 1L, 1L, "A", "x"));
    driven.apply(driven.offset());
    assertThat(driven.events).isEmpty();
  }

  /// What a sweep shows inside a transaction is told at its end, also after a restart in between.
  @Test
  void shouldTellAGhostThatWasMetInsideATransactionAfterARestart() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    driven.legacyOpen(put(30, legacyOrder(2, "B")));
    driven.legacyMarker(OutboxRecord.Kind.SWEEP_ENDED, Shop.ORD, "25:25:");
    driven.restart();
    driven.legacy(put(30, legacyOrder(3, "B")));
    assertThat(driven.open()).containsEntry("Order 1", Kind.GHOST);
  }

  /// C17: roots are swept and children not yet: nothing is missing before every baseline has
  /// passed.
  @Test
  void shouldNotJudgeBeforeTheBaselines_C17() {
    var driven = new Driven(Shop.PLAN);
    driven.targetBaselines();
    driven.sweptLegacy("10:10:", legacyCustomer(1, "Ann"));
    driven.foreign(customer(1, "Ann"), address(1, 7, "Bern"));
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.events).isEmpty();
    driven.sweptLegacy("10:10:", legacyAddress(7, 1, "Bern"));
    driven.legacyBaselines();
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.events).isEmpty();
  }

  /// C18: what was wrong before the first V and never changes is found when everything is judged
  /// once.
  @Test
  void shouldJudgeEverythingOnceAtTheFirstPosition_C18() {
    var driven = new Driven(Shop.PLAN);
    driven.sweptLegacy("10:10:", legacyOrder(1, "A"));
    driven.sweptLegacy("10:10:", legacyOrder(2, "A"));
    driven.legacyBaselines();
    driven.foreign(order(1, "wrong"), order(3, "A"));
    driven.targetBaselines();
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.open()).containsOnlyKeys("Order 1", "Order 2", "Order 3");
  }

  /// C18 of a rebuild: a row of the new tables was wrong before their first V and never changes
  /// again. The proof that they are equal is not given, and it is when the row has been mended.
  @Test
  void shouldNotProveAGenerationOfWhichARowWasWrongFromTheBeginning() {
    var driven = new Driven(Shop.PLAN.beside(2));
    driven.sweptLegacy("10:10:", legacyOrder(1, "A"));
    driven.legacyBaselines();
    driven.foreign(order(1, "wrong"));
    driven.targetBaselines();
    assertThat(proof(driven).lines().getFirst()).contains("baselines");
    driven.apply(driven.offset());
    assertThat(proof(driven).lines()).containsExactly("partition 0: 1 divergences are open");
    driven.apply(driven.offset(), order(1, "A"));
    assertThat(proof(driven).isGiven()).isTrue();
  }

  private static Proof proof(Driven driven) {
    driven.now += 2_000_000;
    driven.tick();
    var question = new Proof.Question(driven.now, Map.of(0, driven.offset()));
    return Proof.of(1, question, Map.of(0, driven.lags.getLast()));
  }

  /// Before every entity was judged once nothing is proven, however little is open.
  @Test
  void shouldSayThatNotEveryEntityHasBeenJudged() {
    var driven = new Driven(Shop.PLAN.beside(2));
    for (int i = 0; i < 3_000; i++) {
      driven.sweptLegacy("10:10:", legacyOrder(i, "A"));
      driven.foreign(order(i, "A"));
    }
    driven.legacyBaselines();
    driven.targetBaselines();
    for (int i = 0; i < 10; i++) {
      driven.tick();
    }
    driven.apply(driven.offset());
    for (int i = 0; i < 10 && !driven.reconciler.isLive(); i++) {
      driven.tick();
    }
    assertThat(proof(driven).lines())
        .containsExactly("partition 0: not every entity has been judged once");
    for (int i = 0; i < 10; i++) {
      driven.tick();
    }
    assertThat(proof(driven).isGiven()).isTrue();
  }

  /// A promotion puts other tables in the place of those observed. They stand further on, hold what
  /// the old ones had not yet, and lack what those had: nothing of that is a divergence.
  @Test
  void shouldInventNothingWhenOtherTablesTakeThePlaceOfThoseObserved() {
    var driven = Driven.live();
    long a =
        driven.legacy(
            put(20, legacyOrder(1, "A")),
            put(20, legacyOrder(2, "A")),
            put(20, legacyOrder(3, "A")));
    driven.apply(a, order(1, "A"), order(2, "A"), order(3, "A"));
    driven.legacy(put(21, legacyOrder(1, "B")));
    driven.legacy(gone(22, legacyOrder(2, "A")));
    long c = driven.legacy(put(23, legacyOrder(4, "C")));
    long exchange = driven.exchange(c);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    driven.apply(driven.legacy(put(24, legacyOrder(3, "D"))), order(3, "D"));
    String after = (exchange + 5) + ":" + (exchange + 5) + ":";
    driven.sweptTarget(after, order(1, "B"));
    driven.sweptTarget(after, order(3, "D"));
    driven.sweptTarget(after, order(4, "C"));
    driven.restart();
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.events).isEmpty();
  }

  /// A sweep of the old tables that was under way ends after the promotion: it says nothing of the
  /// new ones.
  @Test
  void shouldNotTakeTheSweepOfTheFormerTablesForOneOfTheNew() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    long exchange = driven.exchange(a);
    driven.sweptTarget(exchange + ":" + exchange + ":", order(1, "A"));
    driven.targetBaselines(exchange + ":" + exchange + ":");
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    String after = (exchange + 1) + ":" + (exchange + 1) + ":";
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.open()).containsOnlyKeys("Order 1");
  }

  /// What the new tables have wrong is found, also where the old ones had it right.
  @Test
  void shouldFindWhatIsWrongInTheTablesThatTookThePlace() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    long exchange = driven.exchange(a);
    String after = (exchange + 1) + ":" + (exchange + 1) + ":";
    driven.sweptTarget(after, order(1, "X"));
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.open()).containsOnlyKeys("Order 1");
  }

  /// A deletion that the sweep of the new tables showed is remembered until it has been looked at,
  /// also where a horizon comes first.
  @Test
  void shouldRememberADeletionUntilItWasLookedAt() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")));
    driven.apply(a, order(1, "A"));
    long b = driven.legacy(gone(21, legacyOrder(1, "A")));
    long exchange = driven.exchange(b);
    driven.applyInside(b);
    String after = (exchange + 2) + ":" + (exchange + 2) + ":";
    driven.targetBaselines(after);
    driven.targetHorizon((exchange + 9) + ":" + (exchange + 9) + ":");
    driven.apply(b);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.events).isEmpty();
  }

  /// Tables that are written with another mapping take the place, change, and give it back: what
  /// they hold is none of this mapping's, and the tables that come back are looked at whole.
  @Test
  void shouldPassTablesOfAnotherMappingUnseen() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")), put(20, legacyOrder(2, "A")));
    driven.apply(a, order(1, "A"), order(2, "A"));
    driven.exchange(a, "another");
    driven.apply(driven.legacy(put(21, legacyOrder(1, "B"))), order(1, "bravo"));
    driven.sweptTarget("990:990:", order(2, "alpha"));
    driven.targetBaselines("990:990:");
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    driven.restart();
    driven.apply(driven.legacy(put(22, legacyOrder(3, "C"))), order(3, "charlie"));
    driven.tick();
    assertThat(driven.events).isEmpty();

    long back = driven.exchange(driven.offset(), Shop.PLAN.fingerprint());
    String after = (back + 1) + ":" + (back + 1) + ":";
    driven.sweptTarget(after, order(1, "B"));
    driven.sweptTarget(after, order(2, "X"));
    driven.sweptTarget(after, order(3, "C"));
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.open()).containsOnlyKeys("Order 2");
  }

  /// Tables that are fed from another outbox take the place. Their checkpoints stand in partitions
  /// of their own, and this one sees their rows alone, until the former tables come back.
  @Test
  void shouldPassTablesOfAnotherOutboxUnseen() {
    var driven = Driven.live();
    long a = driven.legacy(put(20, legacyOrder(1, "A")), put(20, legacyOrder(2, "A")));
    driven.apply(a, order(1, "A"), order(2, "A"));
    driven.leave(a);
    driven.legacy(put(21, legacyOrder(1, "B")));
    driven.foreign(order(1, "B"));
    driven.foreign(order(2, "X"));
    driven.restart();
    driven.foreign(order(7, "X"));
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    assertThat(driven.events).isEmpty();

    long back = driven.exchange(driven.offset());
    String after = (back + 1) + ":" + (back + 1) + ":";
    driven.sweptTarget(after, order(1, "B"));
    driven.sweptTarget(after, order(2, "X"));
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.open()).containsOnlyKeys("Order 2");
  }

  /// Who compares the place from the start with a mapping that came later says nothing of the
  /// tables that stood there before.
  @Test
  void shouldBeginWhereItsOwnMappingTakesThePlace() {
    var driven = new Driven(Shop.PLAN.of(2, 2)).writtenWith("the first");
    driven.sweptLegacy("10:10:", legacyOrder(1, "A"));
    driven.legacyBaselines();
    driven.sweptTarget(order(1, "alpha"));
    driven.targetBaselines();
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    long exchange = driven.exchange(driven.offset(), Shop.PLAN.fingerprint());
    driven.targetBaselines(exchange + ":" + exchange + ":");
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    String after = (exchange + 1) + ":" + (exchange + 1) + ":";
    driven.sweptTarget(after, order(1, "A"));
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.events).isEmpty();
  }

  /// What an earlier generation wrote with the very same mapping was fed by another translation.
  @Test
  void shouldNotTakeAnEarlierGenerationOfItsMappingForItsOwn() {
    var driven = new Driven(Shop.PLAN.of(2, 2));
    driven.sweptLegacy("10:10:", legacyOrder(1, "A"));
    driven.legacyBaselines();
    driven.sweptTarget(order(1, "wrong"));
    driven.targetBaselines();
    driven.apply(driven.offset());
    driven.tick();
    assertThat(driven.reconciler.isLive()).isFalse();
    long exchange = driven.exchange(driven.offset(), Shop.PLAN.fingerprint());
    String after = (exchange + 1) + ":" + (exchange + 1) + ":";
    driven.sweptTarget(after, order(1, "A"));
    driven.targetBaselines(after);
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.events).isEmpty();
  }
}
