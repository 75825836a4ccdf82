package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.table.TableId;
import dev.tandem.wire.ContractPosition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
  private static Incoming record(long offset, boolean last) {
    var position =
        new ContractPosition(ContractPosition.Kind.UPSERT, offset, offset, last, 1, 1, 0);
    return new Incoming(offset, position, null, null);
  }

  @Test
  void shouldCutABatchAfterTheNewestEndOfATransaction() {
    var queued = List.of(record(0, true), record(1, false), record(2, true), record(3, false));
    assertThat(new BatchPlan(10, 1000).take(queued, Long.MAX_VALUE)).isEqualTo(3);
    assertThat(new BatchPlan(2, 1000).take(queued, Long.MAX_VALUE)).isEqualTo(1);
  }

  /// A record's outbox end is its offset here.
  @Test
  void shouldTakeNoRecordOfATransactionThatReachesBeyondAHold() {
    var queued = List.of(record(0, true), record(1, true), record(2, true));
    assertThat(new BatchPlan(10, 1000).take(queued, 1)).isEqualTo(2);
    assertThat(new BatchPlan(10, 1000).take(queued, Mark.NONE)).isZero();
    assertThat(BatchPlan.reach(queued)).isEqualTo(2);
  }

  @Test
  void shouldCutInsideATransactionThatIsLargerThanTheLimits() {
    var queued = List.of(record(0, false), record(1, false), record(2, true));
    assertThat(new BatchPlan(2, 1000).take(queued, Long.MAX_VALUE)).isEqualTo(2);
    assertThat(new BatchPlan(10, 1).take(queued, Long.MAX_VALUE)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "40001,RETRY", "40P01,RETRY", "55P03,RETRY", "57P01,RETRY", "08006,RETRY", "53100,RETRY",
    "25006,RETRY", "57014,RETRY", "23505,DATA", "22001,DATA", "23503,DATA", "21000,DATA",
    "P0001,DATA", "42501,CONFIG", "42P01,CONFIG", "28P01,CONFIG"
  })
  void shouldJudgeAnErrorByItsState(String state, Failure failure) {
    assertThat(Failure.of(new SQLException("x", state))).isEqualTo(failure);
  }

  @Test
  void shouldTryAgainWhereAnErrorHasNoState() {
    assertThat(Failure.of(new SQLException("broken pipe"))).isEqualTo(Failure.RETRY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "character varying(40);character varying",
        "numeric(12,2);numeric",
        "character(3);bpchar",
        "bit(5);varbit",
        "timestamp(3) with time zone;timestamp with time zone",
        "crm.\"odd(3)\";crm.\"odd(3)\"",
        "character varying(5)[];character varying[]",
        "character(3)[];bpchar[]"
      })
  void shouldCastToATypeWithoutItsLength(String type, String base) {
    assertThat(TypeNames.base(type)).isEqualTo(base);
  }

  @Test
  void shouldWriteReferencedTablesFirst() {
    TableId order = TableId.parse("crm.order");
    TableId customer = TableId.parse("crm.customer");
    assertThat(
            TableOrder.referencedFirst(
                List.of(
                    new TargetTable(order, List.of(), List.of(), List.of(customer, order)),
                    new TargetTable(customer, List.of(), List.of(), List.of()))))
        .containsExactly(customer, order);
  }

  @Test
  void shouldPauseLongerWithEachAttemptUpToALimit() {
    var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
    var random = new Random(1);
    assertThat(backoff.pause(0, random)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(backoff.pause(50, random)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  @Test
  void shouldStopADomainOfWhichHalfIsPoison() {
    var guard = new PoisonGuard();
    assertThat(guard.exceeded(1000, 99)).isFalse();
    assertThat(guard.exceeded(10, 10)).isFalse();
    assertThat(new PoisonGuard().exceeded(200, 100)).isTrue();
    assertThat(new PoisonGuard().exceeded(50, 50)).isFalse();
  }
}
