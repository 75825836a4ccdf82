package dev.tandem.reconcile;

import static dev.tandem.reconcile.Driven.address;
import static dev.tandem.reconcile.Driven.customer;
import static dev.tandem.reconcile.Driven.legacyAddress;
import static dev.tandem.reconcile.Driven.legacyCustomer;
import static dev.tandem.reconcile.Driven.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.row.Row;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.OutboxRecord.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Swept rows, one after the other, of an aggregate of many. Translation puts such an aggregate off
/// as well, and is not in step with the reconciler.
class LargeAggregateTest {
  private static final String SWEEP = "90:90:";
  private static final int MANY = 1_000;
  private final Driven driven = Driven.live();

  private static Row[] targetAddresses(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(id -> address(1, id, "Wien"))
        .toArray(Row[]::new);
  }

  /// Customer 1 with many addresses on both sides.
  private void agreed() {
    var changes = new ArrayList<Change>();
    changes.add(put(20, legacyCustomer(1, "Ada")));
    IntStream.rangeClosed(1, MANY)
        .forEach(id -> changes.add(put(20, legacyAddress(id, 1, "Wien"))));
    long end = driven.legacy(changes.toArray(Change[]::new));
    var rows = new ArrayList<Row>();
    rows.add(customer(1, "Ada"));
    rows.addAll(List.of(targetAddresses(1, MANY)));
    driven.apply(end, rows.toArray(Row[]::new));
    assertThat(driven.events).isEmpty();
  }

  private long lost(int id) {
    driven.sweptLegacy(SWEEP, legacyAddress(id, 1, "Wien"));
    return driven.offset();
  }

  /// 1. Three lost rows are met, and the aggregate waits. 2. Translation has given it its turn
  /// behind each of the first two, and watermarks stand there. 3. The reconciler gives it its turn
  /// behind the third.
  @Test
  void shouldNotMistakeForADivergenceWhatTranslationForwardedWhileTheAggregateWaited() {
    agreed();
    long first = lost(2_000);
    long second = lost(2_001);
    long third = lost(2_002);
    assertThat(driven.open()).as("told at once").containsEntry("Customer 1", Kind.CAPTURE_LOSS);
    driven.apply(first, targetAddresses(2_000, 2_000));
    driven.apply(second, targetAddresses(2_001, 2_001));
    assertThat(driven.reconciler.position()).isEqualTo(second);
    driven.now += Duration.ofSeconds(1).toNanos() / 1000;
    driven.tick();
    driven.apply(third, targetAddresses(2_002, 2_002));
    assertThat(driven.events)
        .extracting(event -> event.kind() + " " + event.state())
        .containsExactly("CAPTURE_LOSS OPENED", "CAPTURE_LOSS CLOSED");
  }

  @Test
  void shouldFindWhatIsMissingOnceTheAggregateHasHadItsTurn() {
    agreed();
    driven.apply(lost(2_000), targetAddresses(2_000, 2_000));
    long end = lost(2_001);
    driven.apply(end);
    driven.restart();
    driven.tick();
    assertThat(driven.reconciler.position()).isEqualTo(end);
    assertThat(driven.open()).containsExactly(Map.entry("Customer 1", Kind.CAPTURE_LOSS));
    assertThat(driven.events.getLast().fields()).isNotEmpty();
  }

  /// A row that is what was kept says nothing new: what is expected stays known meanwhile.
  @Test
  void shouldJudgeAnAggregateWhoseRowsAreMetAsTheyWereKept() {
    agreed();
    for (int id = 1; id <= 5; id++) {
      lost(id);
    }
    driven.apply(driven.offset());
    driven.foreign(address(1, 7, "Graz"));
    assertThat(driven.open()).containsExactly(Map.entry("Customer 1", Kind.FOREIGN_WRITE));
  }

  @Test
  void shouldTakeASweepOfAHundredThousandRowsOfOneAggregateInAboutTheTimeOfTheRows() {
    driven.legacy(put(20, legacyCustomer(1, "Ada")));
    long started = System.nanoTime();
    for (int id = 1; id <= 100_000; id++) {
      lost(id);
      driven.now += 50;
    }
    driven.now += Duration.ofSeconds(10).toNanos() / 1000;
    driven.tick();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(60));
    var rows = new ArrayList<Row>();
    rows.add(customer(1, "Ada"));
    rows.addAll(List.of(targetAddresses(1, 100_000)));
    driven.apply(driven.offset(), rows.toArray(Row[]::new));
    assertThat(driven.open()).isEmpty();
  }
}
