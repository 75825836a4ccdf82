package dev.tandem.translate;

import static dev.tandem.translate.Shop.address;
import static dev.tandem.translate.Shop.customer;
import static dev.tandem.translate.Shop.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.wire.ContractPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Swept rows, one after the other, of an aggregate of many.
class LargeAggregateTest {
  private static final Snapshot SWEEP = Snapshot.parse("90:90:");
  private static final int ROWS_EACH_MILLI = 20;
  private final Partition partition = Partition.withBaselines();

  /// Customer 1, and so many addresses, one a row.
  private void sweep(int addresses) {
    partition.swept(SWEEP, customer(1, "Ada"));
    for (int id = 1; id <= addresses; id++) {
      partition.swept(SWEEP, address(id, 1L, "Wien"));
      partition.millis += id % ROWS_EACH_MILLI == 0 ? 1 : 0;
    }
  }

  private void waitForTurns() {
    partition.millis += 10_000;
    partition.tick();
    partition.tick();
  }

  private static long addressesIn(Partition.Out record) {
    String text = record.text();
    return text.split("Wien", -1).length - 1L;
  }

  private List<Partition.Out> upserts() {
    return partition.take().stream()
        .filter(out -> out.position().kind() == ContractPosition.Kind.UPSERT)
        .toList();
  }

  @Test
  void shouldTranslateAnAggregateOfAHundredThousandRowsAFewTimesInASweepOfIt() {
    sweep(100_000);
    waitForTurns();
    var forwarded = upserts();
    assertThat(addressesIn(forwarded.getLast())).isEqualTo(100_000);
    assertThat(forwarded).hasSizeLessThan(60);
    assertThat(forwarded.stream().mapToLong(LargeAggregateTest::addressesIn).sum())
        .as("rows that were written to the contract topic")
        .isLessThan(4 * 100_000);
    sweep(100_000);
    waitForTurns();
    assertThat(upserts()).as("a second sweep of the same").isEmpty();
  }

  /// The watermark must not pass a swept row that is not downstream; others are not held up.
  @Test
  void shouldMarkNothingLastWhileAnAggregateWaits() {
    sweep(1_000);
    waitForTurns();
    partition.take();
    partition.swept(SWEEP, address(2_000, 1L, "Wien"));
    assertThat(partition.take()).allMatch(out -> out.position().last());
    partition.swept(SWEEP, address(2_001, 1L, "Wien"));
    partition.insert(100, order(7, 1, "a"));
    partition.tick();
    long end = partition.offset();
    assertThat(partition.taken())
        .containsExactly("UPSERT " + end + " Order{\"id\": 7, \"state\": \"a\"}");
    partition.restart();
    partition.millis += 50;
    partition.tick();
    var late = partition.take();
    assertThat(late).hasSize(1);
    assertThat(addressesIn(late.getFirst())).isEqualTo(1_002);
    assertThat(late.getFirst().position().last()).isTrue();
    assertThat(late.getFirst().position().outboxEnd()).isEqualTo(end);
    partition.tick();
    assertThat(partition.taken()).isEmpty();
  }

  @Test
  void shouldForwardAnAggregateThatWaitsWithItsNextChange() {
    sweep(1_000);
    waitForTurns();
    partition.swept(SWEEP, address(2_000, 1L, "Wien"));
    partition.take();
    partition.swept(SWEEP, address(2_001, 1L, "Wien"));
    partition.update(100, customer(1, "Eve"));
    var forwarded = partition.take();
    assertThat(forwarded).hasSize(1);
    assertThat(addressesIn(forwarded.getFirst())).isEqualTo(1_002);
    assertThat(forwarded.getFirst().position().last()).isTrue();
    waitForTurns();
    assertThat(partition.taken()).isEmpty();
  }
}
