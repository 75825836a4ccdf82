package dev.tandem.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// From what is left of an outbox a domain is translated anew only if a sweep of each of its tables
/// stands whole in it.
class OutboxBaseTest {
  private static final TableId ORDERS = TableId.parse("public.orders");
  private static final TableId FORMER = TableId.parse("public.ord");
  private static final TableId LINES = TableId.parse("public.lines");
  private final RetainedSweeps retained =
      new RetainedSweeps(Map.of(ORDERS, ORDERS, FORMER, ORDERS, LINES, LINES));

  private void meet(Kind kind, TableId table, String sweep) {
    meet(kind, table, sweep, "50:50:");
  }

  private void meet(Kind kind, TableId table, String sweep, String oldest) {
    Snapshot snapshot = kind == Kind.SWEEP_STARTED ? null : Snapshot.parse(oldest);
    retained.meet(new Marker(kind, 1, table, sweep, snapshot, 5));
    if (kind == Kind.SWEEP_STARTED) {
      retained.meet(new Marker(kind, 1, table, sweep, Snapshot.parse("40:40:"), 5));
    }
  }

  /// Transaction 39 stood in the outbox before the sweep began, and the sweep has not seen it.
  @Test
  void shouldNotTakeASweepThatDidNotSeeAllThatStoodBeforeIt_C15() {
    meet(Kind.SWEEP_STARTED, ORDERS, "a");
    meet(Kind.SWEEP_ENDED, ORDERS, "a", "39:45:39");
    meet(Kind.SWEEP_STARTED, LINES, "b");
    meet(Kind.SWEEP_ENDED, LINES, "b", "40:45:40");
    assertThat(retained.tables()).containsExactly(ORDERS);
  }

  /// It was cut off before it said what has to be visible, or a program has written it that did
  /// not.
  @Test
  void shouldNotTakeASweepThatDoesNotSayWhatItHasToSee() {
    retained.meet(new Marker(Kind.SWEEP_STARTED, 1, ORDERS, "a", null, 5));
    meet(Kind.SWEEP_ENDED, ORDERS, "a");
    assertThat(retained.tables()).contains(ORDERS);
  }

  @Test
  void shouldWantASweepOfEachTableWithBothItsEnds() {
    meet(Kind.SWEEP_ENDED, ORDERS, "began before what is left");
    meet(Kind.SWEEP_STARTED, ORDERS, "a");
    meet(Kind.SWEEP_STARTED, LINES, "b");
    meet(Kind.SWEEP_ENDED, LINES, "b");
    assertThat(retained.isWhole()).isFalse();
    assertThat(retained.tables()).containsExactly(ORDERS);
    meet(Kind.SWEEP_ENDED, LINES, "a");
    assertThat(retained.isWhole()).isFalse();
    meet(Kind.SWEEP_ENDED, ORDERS, "a");
    assertThat(retained.isWhole()).isTrue();
  }

  @Test
  void shouldTakeTheSweepOfATableByTheNameThatItHadThen() {
    meet(Kind.SWEEP_STARTED, FORMER, "a");
    meet(Kind.SWEEP_ENDED, FORMER, "a");
    assertThat(retained.tables()).containsExactly(LINES);
  }

  @Test
  void shouldNotTakeAVerificationForASweep() {
    meet(Kind.SWEEP_STARTED, ORDERS, "a");
    meet(Kind.VERIFICATION_ENDED, ORDERS, "a");
    assertThat(retained.tables()).containsExactly(LINES, ORDERS);
  }
}
