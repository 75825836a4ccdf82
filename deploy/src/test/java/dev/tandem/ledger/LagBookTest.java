package dev.tandem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Evidence;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReport.Stage;
import dev.tandem.wire.LagReport.State;
import dev.tandem.wire.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

class LagBookTest {
  private static final DomainPlan ITEMS =
      DomainPlan.first(new Topics("shop", "items"), 2, "id", List.of());

  private static List<Uncompared> uncompared(LagBook book) {
    return uncompared(book, 1010);
  }

  private static List<Uncompared> uncompared(LagBook book, long micros) {
    var clock = Clock.fixed(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
    return Uncompared.among(List.of(ITEMS), book, clock);
  }

  private static LagReport report(int partition, State state, long base) {
    return report(partition, state, base, 0);
  }

  private static LagReport report(int partition, State state, long base, long waiting) {
    return new LagReport(
        "items",
        partition,
        state,
        new Evidence(state == State.STOPPED ? Stage.CAPTURE : Stage.NONE, base, base + 1),
        1000 + base,
        base,
        base + 1,
        base - 11,
        base + 3,
        base + 4,
        base + 5,
        new Percentiles(base, 20, 30, 40),
        new Percentiles(50, base, 70, 80),
        base,
        base == 10 ? 0 : 500,
        waiting,
        2,
        state == State.STOPPED);
  }

  @Test
  void shouldSumTheNewestReportsOfADomainAndTakeTheWorstOfStatesAndTimes() {
    var book = new LagBook();
    book.accept(report(0, State.STOPPED, 99));
    book.accept(report(0, State.FOLLOWING, 10, 3));
    book.accept(report(1, State.SLOW, 100, 5));
    var lag = book.domain("items", 2);
    assertThat(lag.reported()).isEqualTo(2);
    assertThat(lag.state()).isEqualTo(State.SLOW);
    assertThat(lag.at()).isEqualTo(1010);
    assertThat(lag.evidence()).isEqualTo(new Evidence(Stage.NONE, 10, 11));
    assertThat(lag.offsets()).isEqualTo(new LagBook.Offsets(110, 112, 89, 116, 118));
    assertThat(lag.reconciled()).isEqualTo(120);
    assertThat(lag.toTarget()).isEqualTo(new Percentiles(100, 20, 30, 40));
    assertThat(lag.toObservation()).isEqualTo(new Percentiles(50, 100, 70, 80));
    assertThat(lag.pending()).isEqualTo(110);
    assertThat(lag.oldestPendingAt()).isEqualTo(500);
    assertThat(lag.waiting()).isEqualTo(8);
    assertThat(lag.openDivergences()).isEqualTo(4);
    assertThat(lag.stopped()).isZero();
  }

  @Test
  void shouldNotCallADomainIdleOfWhichAPartitionIsSilent() {
    var book = new LagBook();
    book.accept(report(0, State.IDLE, 10));
    assertThat(book.domain("items", 2).state()).isEqualTo(State.LOADING);
    assertThat(book.domain("items", 1).state()).isEqualTo(State.IDLE);
    assertThat(book.domain("orders", 3).reported()).isZero();
  }

  @Test
  void shouldSayOfWhichDomainsAnEmptyLedgerProvesNothing() {
    var book = new LagBook();
    assertThat(uncompared(book)).hasSize(1);
    book.accept(report(0, State.IDLE, 10));
    assertThat(uncompared(book))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("of 1 of 2 partitions"));
    book.accept(report(1, State.LOADING, 10));
    assertThat(uncompared(book))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("baselines"));
    book.accept(report(1, State.SLOW, 10));
    assertThat(uncompared(book)).isEmpty();
    book.accept(report(0, State.STOPPED, 10));
    assertThat(uncompared(book))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("capture of the legacy store"));
    book.accept(report(0, State.UNKNOWN, 10));
    assertThat(uncompared(book))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("not known yet"));
  }

  @Test
  void shouldNotTakeTheWordOfAReconcilerThatIsSilent() {
    var book = new LagBook();
    book.accept(report(0, State.IDLE, 10));
    book.accept(report(1, State.IDLE, 20_000_000));
    assertThat(uncompared(book, 30_001_010)).isEmpty();
    assertThat(uncompared(book, 31_001_010))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("has said nothing for 31 s"));
  }

  @Test
  void shouldNotCallADomainComparedOfWhichEntitiesWait() {
    var book = new LagBook();
    book.accept(report(0, State.IDLE, 10, 3));
    book.accept(report(1, State.IDLE, 10, 4));
    assertThat(uncompared(book))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).startsWith("7 entities have no verdict"));
  }

  @Test
  void shouldLeaveOutPartitionsThatADomainNoLongerHas() {
    var book = new LagBook();
    book.accept(report(0, State.IDLE, 10));
    book.accept(report(5, State.STOPPED, 100));
    assertThat(book.domain("items", 1).pending()).isEqualTo(10);
    assertThat(book.domain("items", 6).stopped()).isEqualTo(1);
  }
}
