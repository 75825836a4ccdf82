package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static dev.tandem.translate.Shop.customer;
import static dev.tandem.translate.Shop.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A transaction that touches more aggregates than one step takes.
class LargeTransactionTest {
  private static final int STEP = 3;
  private final Partition partition = ready();

  private static Partition ready() {
    var partition = new Partition(STEP);
    partition.baselines();
    partition.take();
    return partition;
  }

  /// Orders 0 to 9 in one transaction.
  private void tenOrders(long xid, String state) {
    for (int i = 0; i < 9; i++) {
      partition.feed(change(Op.INSERT, xid, null, order(i, 1, state)));
    }
    partition.feed(last(change(Op.INSERT, xid, null, order(9, 1, state))));
  }

  /// Each after a commit.
  private void pause() {
    partition.save();
    partition.feed(Marker.pause(1, 5));
  }

  private void tick() {
    partition.save();
    partition.tick();
  }

  private static String upsert(long id, String state, long end) {
    return "UPSERT " + end + " Order{\"id\": " + id + ", \"state\": \"" + state + "\"}";
  }

  private static List<String> orders(int from, int to, String state, long end) {
    var orders = new ArrayList<String>();
    for (int id = from; id <= to; id++) {
      orders.add(upsert(id, state, end));
    }
    return orders;
  }

  private static String done(long end) {
    return "PROGRESS " + end + "! Progress{\"outboxEnd\": " + end + "}";
  }

  @Test
  void shouldTakeOneStepAtItsEndAndOneForEachRecordThatSaysNothing() {
    tenOrders(10, "a");
    long end = partition.offset();
    assertThat(partition.taken()).isEqualTo(orders(0, 2, "a", end));
    pause();
    assertThat(partition.taken()).isEqualTo(orders(3, 5, "a", end));
    tick();
    assertThat(partition.taken()).isEqualTo(orders(6, 8, "a", end));
    pause();
    assertThat(partition.taken()).containsExactly(upsert(9, "a", end), done(end));
    tick();
    assertThat(partition.taken()).containsExactly(done(end + 2));
  }

  @Test
  void shouldTakeNoSecondStepBeforeACommit() {
    tenOrders(10, "a");
    long end = partition.offset();
    partition.take();
    for (int i = 0; i < 5; i++) {
      partition.feed(Marker.pause(1, 5));
      partition.tick();
    }
    assertThat(partition.taken()).isEmpty();
    pause();
    assertThat(partition.taken()).isEqualTo(orders(3, 5, "a", end));
  }

  @Test
  void shouldMarkItsEndAfterTheLastStepAlone() {
    tenOrders(10, "a");
    pause();
    tick();
    assertThat(partition.take()).noneMatch(out -> out.position().last());
    tick();
    assertThat(partition.take()).last().matches(out -> out.position().last());
  }

  @Test
  void shouldGoOnWhereItWasAfterARestart() {
    tenOrders(10, "a");
    long end = partition.offset();
    partition.take();
    partition.restart();
    pause();
    assertThat(partition.taken()).isEqualTo(orders(3, 5, "a", end));
    partition.save();
    tick();
    partition.crash();
    assertThat(partition.taken()).isEqualTo(orders(6, 8, "a", end));
    partition.restart();
    tick();
    assertThat(partition.taken()).containsExactly(upsert(9, "a", end), done(end));
    partition.restart();
    tick();
    assertThat(partition.taken()).containsExactly(done(end + 1));
  }

  @Test
  void shouldForwardItWholeBeforeALaterTransactionChangesAnything() {
    tenOrders(10, "a");
    long end = partition.offset();
    partition.take();
    partition.update(11, order(9, 1, "later"));
    var all = new ArrayList<>(orders(3, 9, "a", end));
    all.add(done(end));
    all.add("UPSERT " + (end + 1) + "! Order{\"id\": 9, \"state\": \"later\"}");
    assertThat(partition.taken()).isEqualTo(all);
  }

  @Test
  void shouldForwardDeletionsThoughTheirMemoryIsGivenUpMeanwhile() {
    tenOrders(10, "a");
    partition.update(11, order(1, 1, "b"));
    partition.take();
    for (int i = 0; i < 9; i++) {
      partition.feed(change(Op.DELETE, 12, order(i, 1, ""), null));
    }
    partition.feed(last(change(Op.DELETE, 12, order(9, 1, ""), null)));
    partition.marker(Kind.HORIZON, null, Snapshot.parse("20:20:"));
    tick();
    assertThat(partition.taken()).filteredOn(text -> text.startsWith("DELETE")).hasSize(10);
  }

  /// How many rows are kept as the memory of a deletion.
  private int deleted() {
    partition.save();
    int[] count = {0};
    partition
        .state
        .image()
        .deleted()
        .scan(
            new byte[0],
            (_, _) -> {
              count[0]++;
              return true;
            });
    return count[0];
  }

  /// Ten orders go by one record: first the rows, then what was forwarded of them.
  private void assertGoInSteps(long end) {
    assertThat(deleted()).isEqualTo(STEP);
    partition.restart();
    for (int gone = 2 * STEP; gone <= 9; gone += STEP) {
      pause();
      assertThat(deleted()).isEqualTo(gone);
      partition.crash();
      partition.restart();
    }
    assertThat(partition.taken()).isEmpty();
    tick();
    assertThat(deleted()).isEqualTo(10);
    for (int left = 10; left > 0; left -= STEP) {
      partition.restart();
      tick();
      assertThat(partition.take())
          .hasSize(left <= STEP ? left + 1 : STEP)
          .allMatch(out -> out.position().outboxEnd() == end);
    }
    partition.restart();
    tick();
    assertThat(partition.taken()).allMatch(text -> text.startsWith("PROGRESS"));
  }

  @Test
  void shouldTakeATruncationInSteps() {
    tenOrders(10, "a");
    partition.update(11, customer(1, "Ann"));
    partition.take();
    partition.feed(Partition.truncation(12, Shop.ORDER));
    assertGoInSteps(partition.offset());
  }

  @Test
  void shouldTakeWhatASweepDidNotMeetInSteps() {
    tenOrders(10, "a");
    partition.update(11, customer(1, "Ann"));
    partition.take();
    partition.marker(Kind.SWEEP_ENDED, Shop.ORDER, Snapshot.parse("30:30:"));
    assertGoInSteps(partition.offset());
  }

  @Test
  void shouldTruncateWholeBeforeALaterRecordChangesAnything() {
    tenOrders(10, "a");
    partition.update(11, customer(1, "Ann"));
    partition.take();
    partition.feed(change(Op.INSERT, 12, null, order(10, 1, "b")));
    var truncation = Partition.truncation(12, Shop.ORDER);
    partition.feed(
        new Change(
            Op.TRUNCATE, truncation.position(), false, 12_000, truncation.table(), null, null));
    partition.feed(last(change(Op.INSERT, 12, null, order(3, 1, "c"))));
    var forwarded = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      forwarded.addAll(partition.taken());
      tick();
    }
    assertThat(forwarded).filteredOn(text -> text.startsWith("DELETE")).hasSize(9);
    assertThat(forwarded)
        .filteredOn(text -> text.startsWith("UPSERT"))
        .singleElement()
        .asString()
        .contains("\"id\": 3, \"state\": \"c\"");
  }

  @Test
  void shouldDoRepairsWhenItIsDone() {
    partition.insert(9, customer(1, "Ann"));
    byte[] key = partition.take().getFirst().keyBytes();
    tenOrders(10, "a");
    partition.take();
    partition.repair(key);
    assertThat(partition.taken()).noneMatch(text -> text.contains("Ann"));
    tick();
    tick();
    tick();
    var taken = partition.taken();
    assertThat(taken.subList(taken.size() - 2, taken.size()))
        .satisfiesExactly(
            repair -> assertThat(repair).contains("Ann"),
            done -> assertThat(done).startsWith("PROGRESS"));
  }

  @Test
  void shouldNumberItsRecordsWithoutGaps() {
    tenOrders(10, "a");
    pause();
    partition.restart();
    tick();
    tick();
    partition.update(11, order(1, 1, "b"));
    var sequences = partition.take().stream().map(out -> out.position().sequence()).toList();
    for (int i = 1; i < sequences.size(); i++) {
      assertThat(sequences.get(i)).isEqualTo(sequences.get(i - 1) + 1);
    }
    assertThat(sequences).hasSize(12);
  }
}
