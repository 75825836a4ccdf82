package dev.tandem.reconcile;

import static dev.tandem.reconcile.Driven.legacyOrder;
import static dev.tandem.reconcile.Driven.order;
import static dev.tandem.reconcile.Driven.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.LagReport.State;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Transactions that touch more entities than one step takes ([Driven#STEP]).
class LargeTransactionsTest {
  private static final int MANY = 3 * Driven.STEP + 1;
  private final Driven driven = Driven.live();

  private static Change[] legacyOrders(long xid, String state) {
    return IntStream.range(0, MANY)
        .mapToObj(id -> put(xid, legacyOrder(id, state)))
        .toArray(Change[]::new);
  }

  private static Row[] orders(String state) {
    return IntStream.range(0, MANY).mapToObj(id -> order(id, state)).toArray(Row[]::new);
  }

  private void commit() {
    driven.reconciler.save();
  }

  private void step() {
    commit();
    driven.tick();
  }

  private void finish() {
    while (driven.reconciler.isUnderWay()) {
      step();
    }
  }

  /// Both sides have the orders.
  private long agreed() {
    long end = driven.legacy(legacyOrders(10, "a"));
    finish();
    driven.apply(end, orders("a"));
    finish();
    return end;
  }

  private long readTo() {
    commit();
    driven.now += 2_000_000;
    driven.tick();
    return driven.lags.getLast().read();
  }

  @Test
  void shouldLetEPassTheEndOnlyWhenAllExpectationsStand() {
    long before = readTo();
    long end = driven.legacy(legacyOrders(10, "a"));
    assertThat(driven.reconciler.wantsCommit()).isTrue();
    driven.tick();
    driven.tick();
    assertThat(driven.reconciler.isUnderWay()).as("no second step before a commit").isTrue();
    assertThat(readTo()).isEqualTo(before);
    finish();
    assertThat(readTo()).isEqualTo(end);
  }

  @Test
  void shouldJudgeWhatBecomesDueTogetherInSteps() {
    long end = driven.legacy(legacyOrders(10, "a"));
    finish();
    driven.apply(end);
    assertThat(driven.reconciler.position()).isEqualTo(end);
    assertThat(driven.open()).hasSize(Driven.STEP);
    driven.tick();
    assertThat(driven.open()).as("no second step before a commit").hasSize(Driven.STEP);
    step();
    assertThat(driven.open()).hasSize(2 * Driven.STEP);
    driven.restart();
    finish();
    assertThat(driven.open()).hasSize(MANY).containsValue(Kind.LOST_WRITE);
  }

  /// Whoever asks whether both sides were compared, as a proof does, would take half a look for all
  /// of it.
  @Test
  void shouldSayThatItHasComparedOnlyWhenAllThatIsDueWasJudged() {
    long before = agreed();
    long end = driven.legacy(legacyOrders(11, "b"));
    finish();
    Row[] rows = orders("b");
    rows[MANY - 1] = order(MANY - 1, "a");
    driven.apply(end, rows);
    assertThat(driven.open()).as("the last one is not judged yet").isEmpty();
    for (int start = 0; start < 2; start++) {
      driven.now += 2_000_000;
      driven.tick();
      assertThat(driven.lags.getLast().hasCompared(end)).isFalse();
      assertThat(driven.lags.getLast().verdictAt()).isEqualTo(start == 0 ? before : -1);
      driven.restart();
    }
    finish();
    driven.now += 2_000_000;
    driven.tick();
    assertThat(driven.lags.getLast().hasCompared(end)).isTrue();
    assertThat(driven.open()).containsOnlyKeys("Order " + (MANY - 1));
  }

  @Test
  void shouldTakeTheRestBeforeTheNextTransaction() {
    long end = driven.legacy(legacyOrders(10, "a"));
    long next = driven.legacy(put(11, legacyOrder(MANY - 1, "b")));
    finish();
    driven.apply(end, orders("a"));
    finish();
    assertThat(driven.open()).isEmpty();
    driven.apply(next, order(MANY - 1, "b"));
    finish();
    assertThat(driven.events).isEmpty();
  }

  @Test
  void shouldGoOnWhereItWasAfterARestart() {
    long end = driven.legacy(legacyOrders(10, "a"));
    driven.restart();
    step();
    driven.restart();
    finish();
    driven.apply(end, orders("a"));
    driven.restart();
    finish();
    assertThat(driven.reconciler.position()).isEqualTo(end);
    assertThat(driven.events).isEmpty();
  }

  @Test
  void shouldTakeAForeignUpdateOfEverythingInStepsAndKnowItAsOne() {
    agreed();
    driven.foreign(orders("x"));
    assertThat(driven.open()).hasSize(Driven.STEP);
    driven.restart();
    finish();
    assertThat(driven.open()).hasSize(MANY);
    assertThat(driven.open().values()).containsOnly(Kind.FOREIGN_WRITE);
  }

  /// Apply wrote a large transaction in several of its own: what stood unsettled till its end is
  /// settled in steps, and V waits for it.
  @Test
  void shouldSettleInStepsWhatStoodUnsettled() {
    long before = agreed();
    long end = driven.legacy(legacyOrders(11, "b"));
    finish();
    driven.applyInside(before, orders("b"));
    finish();
    driven.apply(end);
    assertThat(driven.reconciler.position()).isEqualTo(before);
    driven.restart();
    finish();
    assertThat(driven.reconciler.position()).isEqualTo(end);
    assertThat(driven.events).isEmpty();
  }

  /// What is said of the partition now.
  private State state() {
    readTo();
    return driven.lags.getLast().state();
  }

  /// V cannot move until the last part is there, and then until all of it was judged.
  @Test
  void shouldNotCallApplyStoppedWhileItPutsALargeTransactionIntoTheTarget() {
    long before = agreed();
    long end = driven.legacy(legacyOrders(11, "b"));
    finish();
    for (int part = 0; part < 5; part++) {
      assertThat(state()).as("part %d", part).isNotEqualTo(State.STOPPED);
      driven.now += 2_000_000;
      driven.applyInside(before, order(part, "b"));
      finish();
    }
    driven.apply(end, orders("b"));
    while (driven.reconciler.isUnderWay()) {
      assertThat(state()).isNotEqualTo(State.STOPPED);
      driven.now += 2_000_000;
      driven.tick();
    }
    assertThat(state()).isEqualTo(State.IDLE);
  }

  /// Somebody takes over again and again, and gets nowhere.
  @Test
  void shouldCallApplyStoppedThoughItSaysTheSameAgain() {
    long before = agreed();
    driven.legacy(legacyOrders(11, "b"));
    finish();
    for (int time = 0; time < 5; time++) {
      driven.now += 2_000_000;
      driven.apply(before);
      driven.tick();
    }
    assertThat(state()).isEqualTo(State.STOPPED);
  }

  private static Change truncation(long xid) {
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
    return new Change(Op.TRUNCATE, position, false, xid * 1000, Shop.ORD, null, null);
  }

  /// How often a commit is waited for until nothing is under way.
  private int stepsLeft() {
    int steps = 0;
    while (driven.reconciler.isUnderWay()) {
      driven.restart();
      driven.tick();
      steps++;
    }
    return steps;
  }

  /// First the rows go, in four steps, then what was expected of them, in four.
  @Test
  void shouldTakeATruncationInStepsAndPassItsEndOnlyThen() {
    long before = agreed();
    long end = driven.legacy(truncation(11));
    assertThat(readTo()).isEqualTo(before);
    assertThat(driven.lags.getLast().state()).isEqualTo(State.FOLLOWING);
    assertThat(stepsLeft()).isGreaterThanOrEqualTo(5);
    assertThat(readTo()).isEqualTo(end);
    driven.apply(end);
    finish();
    assertThat(driven.open()).hasSize(MANY);
    assertThat(driven.open().values()).containsOnly(Kind.GHOST);
  }

  /// That only a verification has shown it is remembered over every step.
  @Test
  void shouldTakeWhatAVerificationDidNotMeetInSteps() {
    agreed();
    driven.legacyMarker(OutboxRecord.Kind.VERIFICATION_ENDED, Shop.ORD, "30:30:");
    assertThat(stepsLeft()).isGreaterThanOrEqualTo(5);
    driven.apply(driven.offset());
    finish();
    assertThat(driven.open()).hasSize(MANY);
    assertThat(driven.open().values()).containsOnly(Kind.GHOST);
    assertThat(driven.events)
        .allMatch(event -> event.context().remedy().equals(Divergence.BACKFILL));
  }
}
