package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static dev.tandem.translate.Shop.address;
import static dev.tandem.translate.Shop.customer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Op;
import org.junit.jupiter.api.Test;

/// An aggregate whose rows are each small enough, and whose record is larger than its topic takes.
class LargeRecordTest {
  private static final int LARGEST = 300;
  private final Partition partition = Partition.ofRecordsUpTo(LARGEST);

  /// Customer 1 with so many addresses, all in one legacy transaction.
  private void customerWithAddresses(long xid, int addresses) {
    for (int i = 1; i <= addresses; i++) {
      partition.feed(change(Op.INSERT, xid, null, address(i, 1L, "a town with a long name " + i)));
    }
    partition.feed(last(change(Op.INSERT, xid, null, customer(1, "Ann"))));
  }

  @Test
  void shouldMakeADeadLetterOfWhatItsTopicWouldNotTakeAndGoOn() {
    customerWithAddresses(10, 20);
    assertThat(partition.take()).isEmpty();
    assertThat(partition.refusals)
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.entity()).isEqualTo("Customer");
              assertThat(refusal.key()).isNotNull();
              assertThat(refusal.reason())
                  .contains(
                      "at most " + LARGEST + " bytes", "found ", "fix: fewer or smaller rows");
            });
    partition.insert(11, customer(2, "Bob"));
    assertThat(partition.taken()).singleElement().asString().contains("Bob");
  }

  @Test
  void shouldKeepWhatWasForwardedBeforeAndForwardItAgainWhenItHasBecomeSmaller() {
    partition.insert(10, customer(1, "Ann"));
    partition.take();
    for (int i = 1; i <= 20; i++) {
      partition.insert(10 + i, address(i, 1L, "a town with a long name " + i));
    }
    var taken = partition.taken();
    assertThat(taken).isNotEmpty().noneMatch(text -> text.startsWith("DELETE"));
    assertThat(partition.refusals).isNotEmpty();
    partition.restart();
    for (int i = 20; i >= 2; i--) {
      partition.delete(60 - i, address(i, 1L, "a town with a long name " + i));
    }
    assertThat(partition.taken())
        .last()
        .asString()
        .contains("Ann", "\"a town with a long name 1\"]");
  }

  @Test
  void shouldMakeADeadLetterOfItInTheFirstTranslationOfEverythingToo() {
    var fresh = Partition.ofRecordsUpTo(LARGEST);
    fresh.marker(Kind.SWEEP_STARTED, Shop.ADDRESS, Snapshot.parse("1:1:"));
    for (int i = 1; i <= 20; i++) {
      fresh.swept(Snapshot.parse("9:9:"), address(i, 1L, "a town with a long name " + i));
    }
    fresh.swept(Snapshot.parse("9:9:"), customer(1, "Ann"));
    assertThat(fresh.take()).isEmpty();
    assertThat(fresh.refusals).hasSize(1);
  }

  @Test
  void shouldMakeADeadLetterOfARepairOfIt() {
    partition.insert(10, customer(1, "Ann"));
    byte[] key = partition.take().getFirst().keyBytes();
    customerWithAddresses(11, 20);
    partition.refusals.clear();
    partition.take();
    partition.repair(key);
    assertThat(partition.take()).isEmpty();
    assertThat(partition.refusals).hasSize(1);
  }
}
