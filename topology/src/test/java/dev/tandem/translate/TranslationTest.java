package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static dev.tandem.translate.Partition.truncation;
import static dev.tandem.translate.Shop.address;
import static dev.tandem.translate.Shop.customer;
import static dev.tandem.translate.Shop.only;
import static dev.tandem.translate.Shop.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.image.MemoryBytes;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Op;
import org.junit.jupiter.api.Test;

class TranslationTest {
  private static final Snapshot OLD = Snapshot.parse("1:1:");

  @Test
  void shouldTranslateAnAggregateOnceAtTheEndOfItsTransaction() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, customer(1, "Ann")));
    partition.feed(change(Op.INSERT, 10, null, address(5, 1L, "Bonn")));
    assertThat(partition.taken()).isEmpty();
    partition.feed(last(change(Op.INSERT, 10, null, address(4, 1L, "Ulm"))));
    assertThat(partition.taken())
        .containsExactly(
            "UPSERT 5! Customer{\"code\": \"C1\", \"name\": \"Ann\", \"note\": \"note of 1\","
                + " \"towns\": [\"Ulm\", \"Bonn\"]}");
  }

  @Test
  void shouldMarkOnlyTheLastRecordOfATransactionAndGiveAllOfThemItsEnd_C3() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(8, 1, "new")));
    partition.feed(change(Op.INSERT, 10, null, customer(1, "Ann")));
    partition.feed(last(change(Op.UPDATE, 10, null, order(8, 1, "paid"))));
    assertThat(partition.take())
        .extracting(Partition.Out::key, out -> out.position().last())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("OrderKey{\"id\": 8}", false),
            org.assertj.core.groups.Tuple.tuple("CustomerKey{\"code\": \"C1\"}", true));
  }

  @Test
  void shouldNumberRecordsWithoutGapsAlsoOverARestart() {
    var partition = new Partition(1);
    partition.insert(10, order(1, 1, "a"));
    partition.insert(11, order(2, 1, "a"));
    partition.baselines();
    partition.restart();
    partition.tick();
    partition.tick();
    partition.update(12, order(1, 1, "b"));
    partition.tick();
    assertThat(partition.take())
        .extracting(out -> out.position().sequence())
        .containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void shouldSayHowFarTheOutboxIsTranslatedWhereNothingCameOfIt_C4() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "a"));
    partition.update(11, order(1, 1, "a"));
    partition.take();
    partition.tick();
    partition.tick();
    assertThat(partition.taken()).containsExactly("PROGRESS 4! Progress{\"outboxEnd\": 4}");
  }

  @Test
  void shouldNotMoveTheWatermarkInsideATransaction_C4() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(1, 1, "a")));
    partition.tick();
    partition.restart();
    partition.tick();
    assertThat(partition.taken()).isEmpty();
  }

  @Test
  void shouldForwardARepairInAnIdlePartitionWithTheCurrentOutboxEnd_C5() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "a"));
    byte[] key = partition.take().getFirst().keyBytes();
    partition.repair(key);
    assertThat(partition.taken()).containsExactly("UPSERT 3! Order{\"id\": 1, \"state\": \"a\"}");
    partition.delete(11, only(order(1, 1, ""), "id"));
    partition.take();
    partition.repair(key);
    assertThat(partition.taken()).containsExactly("DELETE 4! OrderKey{\"id\": 1}");
  }

  @Test
  void shouldForwardARepairMetInsideATransactionAtItsEnd() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "a"));
    byte[] key = partition.take().getFirst().keyBytes();
    partition.feed(change(Op.INSERT, 11, null, order(2, 1, "a")));
    partition.repair(key);
    assertThat(partition.taken()).isEmpty();
    partition.restart();
    partition.feed(last(change(Op.INSERT, 11, null, order(3, 1, "a"))));
    assertThat(partition.taken())
        .containsExactly(
            "UPSERT 5 Order{\"id\": 2, \"state\": \"a\"}",
            "UPSERT 5 Order{\"id\": 3, \"state\": \"a\"}",
            "UPSERT 5! Order{\"id\": 1, \"state\": \"a\"}");
  }

  @Test
  void shouldKeepAChangeThatASweepBehindItHadNotSeen_C16() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "new"));
    partition.take();
    partition.swept(Snapshot.parse("9:9:"), order(1, 1, "old"));
    assertThat(partition.take()).isEmpty();
    partition.swept(Snapshot.parse("12:12:"), order(1, 1, "newer"));
    partition.update(11, order(1, 1, "seen by the sweep"));
    assertThat(partition.taken())
        .containsExactly("UPSERT 5! Order{\"id\": 1, \"state\": \"newer\"}");
  }

  @Test
  void shouldForwardNothingBeforeTheBaselinesOfAllTables_C17() {
    var partition = new Partition(1000);
    partition.swept(OLD, customer(1, "Ann"));
    partition.marker(Kind.SWEEP_ENDED, Shop.CUSTOMER, OLD);
    partition.marker(Kind.SWEEP_ENDED, Shop.ORDER, OLD);
    partition.insert(10, customer(2, "Bob"));
    partition.tick();
    assertThat(partition.taken()).isEmpty();
    partition.restart();
    partition.swept(OLD, address(7, 1L, "Bonn"));
    partition.marker(Kind.SWEEP_ENDED, Shop.ADDRESS, OLD);
    assertThat(partition.taken())
        .hasSize(3)
        .anyMatch(text -> text.contains("Ann") && text.contains("Bonn") && !text.contains("!"))
        .anyMatch(text -> text.contains("Bob") && !text.contains("!"))
        .endsWith("PROGRESS 5! Progress{\"outboxEnd\": 5}");
  }

  @Test
  void shouldNotMoveTheWatermarkUntilEverythingWasTranslatedOnce() {
    var partition = new Partition(1);
    for (int i = 0; i < 4; i++) {
      partition.swept(OLD, order(i, 1, "a"));
    }
    partition.baselines();
    partition.update(10, order(0, 1, "b"));
    partition.update(11, order(3, 1, "b"));
    assertThat(partition.take()).noneMatch(out -> out.position().last()).hasSize(4);
    partition.restart();
    partition.tick();
    partition.tick();
    assertThat(partition.taken())
        .containsExactly(
            "UPSERT 8 Order{\"id\": 3, \"state\": \"b\"}",
            "PROGRESS 8! Progress{\"outboxEnd\": 8}");
  }

  @Test
  void shouldKeepChildrenThatArriveBeforeTheirRoot() {
    var partition = Partition.withBaselines();
    partition.insert(10, address(7, 1L, "Bonn"));
    assertThat(partition.taken()).isEmpty();
    partition.insert(11, customer(1, "Ann"));
    assertThat(partition.taken()).singleElement().asString().contains("Bonn");
  }

  @Test
  void shouldDeleteWithTheRootAndForwardAgainWhenItIsBack() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "Ann"));
    partition.insert(11, address(7, 1L, "Bonn"));
    partition.take();
    partition.delete(12, only(customer(1, ""), "no"));
    assertThat(partition.taken()).containsExactly("DELETE 5! CustomerKey{\"code\": \"C1\"}");
    partition.update(13, address(7, 1L, "Ulm"));
    assertThat(partition.taken()).isEmpty();
    partition.insert(14, customer(1, "Ann"));
    assertThat(partition.taken()).singleElement().asString().contains("Ulm");
  }

  @Test
  void shouldForwardNothingForWhatIsGoneAgainAtTheEndOfItsTransaction() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(1, 1, "a")));
    partition.feed(last(change(Op.DELETE, 10, only(order(1, 1, ""), "id"), null)));
    assertThat(partition.taken()).isEmpty();
  }

  @Test
  void shouldMoveAChildWhoseOnColumnChanges_C20() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "Ann"));
    partition.insert(11, customer(2, "Bob"));
    partition.insert(12, address(7, 1L, "Bonn"));
    partition.take();
    partition.feed(
        last(change(Op.UPDATE, 13, address(7, 1L, Row.UNKNOWN), address(7, 2L, Row.UNKNOWN))));
    assertThat(partition.taken())
        .satisfiesExactly(
            text -> assertThat(text).contains("Ann").contains("[]"),
            text -> assertThat(text).contains("Bob").contains("Bonn"));
  }

  @Test
  void shouldDeleteTheOldContractKeyFirst() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "old", "Ann", null));
    partition.take();
    partition.update(11, customer(1, "new", "Ann", null));
    assertThat(partition.taken())
        .satisfiesExactly(
            text -> assertThat(text).isEqualTo("DELETE 4 CustomerKey{\"code\": \"old\"}"),
            text -> assertThat(text).startsWith("UPSERT 4! Customer{\"code\": \"new\""));
  }

  @Test
  void shouldNotDeleteAContractKeyThatAnotherAggregateHasTakenOver() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "x", "Ann", null));
    partition.insert(11, customer(2, "y", "Bob", null));
    partition.take();
    partition.feed(change(Op.UPDATE, 12, null, customer(1, "z", "Ann", null)));
    partition.feed(change(Op.UPDATE, 12, null, customer(2, "x", "Bob", null)));
    partition.feed(last(change(Op.UPDATE, 12, null, customer(1, "y", "Ann", null))));
    assertThat(partition.take())
        .extracting(out -> out.position().kind() + " " + out.key())
        .containsExactly(
            "DELETE CustomerKey{\"code\": \"x\"}",
            "UPSERT CustomerKey{\"code\": \"y\"}",
            "UPSERT CustomerKey{\"code\": \"x\"}");
  }

  @Test
  void shouldTakeAnUnchangedToastValueFromTheKeptRow() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "C1", "Ann", "long"));
    partition.take();
    partition.update(11, customer(1, "C1", "Eve", Row.UNKNOWN));
    assertThat(partition.taken()).singleElement().asString().contains("Eve").contains("long");
  }

  @Test
  void shouldNotFillFromTheRowKeptBeforeAChangeThatWasWrittenInPart() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "C1", "Ann", "old"));
    partition.take();
    partition.feed(last(change(Op.REPLACE, 11, null, customer(1, "C1", "Eve", Row.UNKNOWN))));
    partition.update(12, customer(1, "C1", "Eva", Row.UNKNOWN));
    assertThat(partition.taken()).isEmpty();
    partition.swept(Snapshot.parse("13:13:"), customer(1, "C1", "Eva", "new"));
    assertThat(partition.taken()).singleElement().asString().contains("Eva").contains("new");
  }

  @Test
  void shouldParkAnUnknownValueUntilASweepFillsIt() {
    var partition = Partition.withBaselines();
    partition.update(11, customer(1, "C1", "Eve", Row.UNKNOWN));
    assertThat(partition.taken()).isEmpty();
    assertThat(partition.parked).isEqualTo(1);
    partition.swept(Snapshot.parse("9:9:"), customer(1, "C1", "Ann", "long"));
    assertThat(partition.taken()).singleElement().asString().contains("Eve").contains("long");
  }

  @Test
  void shouldLetASweptRowMetInsideATransactionTakeEffectAtItsEnd() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(1, 1, "a")));
    partition.swept(OLD, order(2, 1, "a"));
    assertThat(partition.taken()).isEmpty();
    partition.feed(last(change(Op.UPDATE, 10, null, order(1, 1, "b"))));
    assertThat(partition.taken())
        .containsExactly(
            "UPSERT 5 Order{\"id\": 1, \"state\": \"b\"}",
            "UPSERT 5! Order{\"id\": 2, \"state\": \"a\"}");
  }

  @Test
  void shouldRememberAnOpenTransactionOverARestart() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(2, 1, "a")));
    partition.feed(change(Op.INSERT, 10, null, order(1, 1, "a")));
    partition.restart();
    partition.feed(last(change(Op.INSERT, 10, null, order(3, 1, "a"))));
    assertThat(partition.take())
        .extracting(Partition.Out::key)
        .containsExactly("OrderKey{\"id\": 2}", "OrderKey{\"id\": 1}", "OrderKey{\"id\": 3}");
  }

  @Test
  void shouldEndATransactionWhoseLastChangeWasLost() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(1, 1, "a")));
    partition.feedUndecodable();
    partition.insert(11, order(2, 1, "a"));
    assertThat(partition.taken())
        .containsExactly(
            "UPSERT 4! Order{\"id\": 1, \"state\": \"a\"}",
            "UPSERT 5! Order{\"id\": 2, \"state\": \"a\"}");
    assertThat(partition.refusals).hasSize(1);
  }

  @Test
  void shouldEndAnOpenTransactionAtANewEpoch() {
    var partition = Partition.withBaselines();
    partition.feed(change(Op.INSERT, 10, null, order(1, 1, "a")));
    partition.marker(Kind.EPOCH, null, null);
    assertThat(partition.taken()).containsExactly("UPSERT 4! Order{\"id\": 1, \"state\": \"a\"}");
  }

  @Test
  void shouldDeleteEveryRowOfATruncatedTableAndHideOlderSweeps() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "Ann"));
    partition.insert(11, address(7, 1L, "Bonn"));
    partition.insert(12, order(1, 1, "a"));
    partition.take();
    partition.feed(truncation(13, Shop.ADDRESS));
    assertThat(partition.taken()).singleElement().asString().contains("[]");
    partition.swept(Snapshot.parse("12:12:"), address(8, 1L, "Ulm"));
    partition.restart();
    partition.swept(Snapshot.parse("12:12:"), address(7, 1L, "Bonn"));
    assertThat(partition.taken()).isEmpty();
    partition.swept(Snapshot.parse("14:14:"), address(8, 1L, "Ulm"));
    assertThat(partition.taken()).singleElement().asString().contains("[\"Ulm\"]");
  }

  @Test
  void shouldForgetDeletionsBehindTheHorizon() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "a"));
    partition.delete(11, only(order(1, 1, ""), "id"));
    partition.insert(12, order(2, 1, "a"));
    partition.delete(13, only(order(2, 1, ""), "id"));
    partition.insert(14, order(2, 1, "b"));
    partition.swept(Snapshot.parse("10:10:"), order(1, 1, "ghost"));
    partition.marker(Kind.HORIZON, null, Snapshot.parse("12:20:15"));
    assertThat(((MemoryBytes) partition.state.image().rows()).size()).isEqualTo(1);
    assertThat(((MemoryBytes) partition.state.image().deleted()).size()).isEqualTo(1);
    partition.marker(Kind.HORIZON, null, Snapshot.parse("20:20:"));
    assertThat(((MemoryBytes) partition.state.image().rows()).size()).isEqualTo(1);
    assertThat(((MemoryBytes) partition.state.image().deleted()).size()).isZero();
  }

  @Test
  void shouldRefuseWhatCannotBeTranslatedAndGoOn() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "poison"));
    partition.insert(11, customer(2, "Bob"));
    assertThat(partition.taken()).singleElement().asString().contains("Bob");
    assertThat(partition.refusals)
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.entity()).isEqualTo("Customer");
              assertThat(refusal.reason()).startsWith("name: expected");
              assertThat(refusal.key()).isNotNull();
            });
    partition.update(12, customer(1, "Ann"));
    assertThat(partition.taken()).singleElement().asString().contains("Ann");
  }

  @Test
  void shouldRefuseADeleteThatDoesNotSayItsRow() {
    var partition = Partition.withBaselines();
    partition.delete(10, only(order(1, 1, ""), "state"));
    assertThat(partition.refusals)
        .singleElement()
        .satisfies(refusal -> assertThat(refusal.reason()).contains("replica identity"));
  }

  @Test // fault 31
  void shouldStopADomainOfWhichMoreThanHalfCannotBeTranslated() {
    var partition = Partition.withBaselines();
    for (int i = 0; i < 99; i++) {
      partition.insert(10 + i, customer(i, "fine"));
    }
    for (int i = 0; i < 100; i++) {
      partition.insert(200 + i, customer(i, "poison"));
    }
    partition.insert(300, customer(2, "fine"));
    assertThatThrownBy(() -> partition.insert(301, customer(1, "poison")))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("of the last 200 aggregates 101")
        .hasMessageContaining("sales");
  }

  @Test
  void shouldNotStopADomainForRepairsOfWhatCannotBeTranslated() {
    var partition = Partition.withBaselines();
    partition.insert(10, customer(1, "Ann"));
    byte[] key = partition.take().getFirst().keyBytes();
    partition.update(11, customer(1, "poison"));
    for (int i = 0; i < 300; i++) {
      partition.repair(key);
    }
    assertThat(partition.refusals).hasSize(301);
    assertThat(partition.taken()).isEmpty();
  }

  @Test
  void shouldLetANewerEpochWin() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "phantom"));
    partition.take();
    partition.feed(
        new dev.tandem.wire.OutboxRecord.Swept(2, Snapshot.parse("5:5:"), 5, order(1, 1, "true")));
    assertThat(partition.taken()).singleElement().asString().contains("true");
  }

  @Test
  void shouldSayWhichTransactionARecordComesFrom() {
    var partition = Partition.withBaselines();
    partition.insert(10, order(1, 1, "a"));
    partition.swept(OLD, order(2, 1, "a"));
    assertThat(partition.take())
        .extracting(Partition.Out::position)
        .containsExactly(
            new ContractPosition(ContractPosition.Kind.UPSERT, 1, 3, true, 1, 10, 10_000),
            new ContractPosition(ContractPosition.Kind.UPSERT, 2, 4, true, 1, 0, 5));
  }
}
