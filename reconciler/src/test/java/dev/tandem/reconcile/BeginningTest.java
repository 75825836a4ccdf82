package dev.tandem.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.reconcile.PartitionEnds.Ends;
import dev.tandem.reconcile.PartitionEnds.Heard;
import dev.tandem.reconcile.PartitionEnds.Passed;
import org.junit.jupiter.api.Test;

class BeginningTest {
  private static final Heard HEARD = new Heard(0, 0);

  private static Ends read(long outbox, long observed) {
    return new Ends(20, 30, new Passed(outbox, observed, -1), HEARD);
  }

  @Test
  void shouldHavePassedWhenBothTopicsWereReadToWhereTheyEndedAtFirst() {
    var beginning = Beginning.ofPresent();
    beginning.note(Ends.UNKNOWN);
    beginning.note(read(20, 29));
    beginning.note(new Ends(500, 500, new Passed(19, 30, -1), HEARD));
    assertThat(beginning.isPassed()).isFalse();
    beginning.note(new Ends(500, 500, new Passed(20, 30, -1), HEARD));
    assertThat(beginning.isPassed()).isTrue();
    assertThat(beginning.isHistory(19)).isTrue();
    assertThat(beginning.isHistory(20)).isFalse();
  }

  @Test
  void shouldWaitForNothingInEmptyTopics() {
    var beginning = Beginning.ofPresent();
    beginning.note(new Ends(0, 0, new Passed(-1, -1, -1), HEARD));
    assertThat(beginning.isPassed()).isTrue();
  }

  @Test
  void shouldTellOfHistoryOnlyWhatDiffersStill() {
    var driven = Driven.behind(read(0, 0));
    driven.legacyBaselines();
    driven.targetBaselines();
    driven.apply(driven.legacy(Driven.put(20, Driven.legacyOrder(1, "A"))));
    driven.apply(driven.legacy(Driven.put(21, Driven.legacyOrder(2, "A"))));
    driven.apply(driven.offset(), Driven.order(1, "A"));
    driven.foreign(Driven.order(3, "X"));
    driven.foreignDelete(Driven.order(3, "X"));
    driven.reconciler.tick(driven.now, read(19, 30));
    driven.restart();
    driven.apply(driven.legacy(Driven.put(22, Driven.legacyOrder(1, "B"))), Driven.order(1, "B"));
    assertThat(driven.reconciler.isLive()).isFalse();
    driven.reconciler.tick(driven.now, read(20, 30));
    driven.tick();
    assertThat(driven.reconciler.isLive()).isTrue();
    assertThat(driven.open()).containsOnlyKeys("Order 2");
    assertThat(driven.events).hasSize(1);
    driven.foreign(Driven.order(1, "X"));
    assertThat(driven.open()).containsOnlyKeys("Order 1", "Order 2");
  }

  /// The first look at the outbox is over, and a transaction is open whose end would be the first
  /// since.
  private static Driven insideATransaction() {
    var driven = Driven.behind(read(0, 0));
    driven.sweptLegacy("1:1:", Driven.legacyOrder(1, "A"));
    driven.legacyBaselines();
    driven.targetBaselines();
    driven.reconciler.tick(driven.now, read(driven.offset(), 3));
    driven.legacyOpen(Driven.put(20, Driven.legacyOrder(2, "A")));
    return driven;
  }

  @Test
  void shouldJudgeWhatDiffersFromTheBeginningWhereHistoryEndsInsideATransaction() {
    var driven = insideATransaction();
    driven.reconciler.tick(driven.now, read(20, 30));
    driven.tick();
    driven.apply(driven.offset() - 1);
    driven.tick();
    driven.apply(driven.legacy(Driven.put(20, Driven.legacyOrder(3, "A"))), Driven.order(2, "A"));
    driven.tick();
    assertThat(driven.open()).containsOnlyKeys("Order 1", "Order 3");
  }

  @Test
  void shouldJudgeItAlsoAfterARestartInsideThatTransaction() {
    var driven = insideATransaction();
    driven.restart();
    driven.reconciler.tick(driven.now, read(20, 30));
    driven.tick();
    driven.apply(driven.legacy(Driven.put(20, Driven.legacyOrder(3, "A"))), Driven.order(2, "A"));
    driven.tick();
    assertThat(driven.open()).containsOnlyKeys("Order 1", "Order 3");
  }
}
