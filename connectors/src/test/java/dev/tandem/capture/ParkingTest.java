package dev.tandem.capture;

import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.PoisonLimit;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.Row;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What can never be written is parked once, and the rest goes on.
class ParkingTest {
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private final TestTable table = new TestTable(POSTGRES);

  @AfterEach
  void tearDown() {
    table.close();
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void shouldParkAChangeThatIsTooLargeAndGoOn() {
    table.outbox.largest = 20_000;
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
      POSTGRES.execute(
          "INSERT INTO t VALUES (1, 'a'), (2, repeat('b', 30000)), (3, 'c')",
          "INSERT INTO t VALUES (4, 'd'), (5, repeat('e', 30000))",
          "INSERT INTO t VALUES (6, repeat('f', 30000))",
          "INSERT INTO t VALUES (7, 'g')");
      until(() -> table.inserted().contains(7));
      assertThat(capture.status().parked()).isEqualTo(3);
    }
    assertThat(whole()).containsExactlyInAnyOrder(1, 3, 4, 7);
    assertThat(table.inserted()).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7);
    assertThat(table.changes().filter(Change::last)).hasSizeGreaterThanOrEqualTo(3);
    for (int i = 0; i < TestTable.PARTITIONS; i++) {
      assertThat(lastOfEachTransaction(i)).allMatch(Change::last);
    }
    assertThat(table.outbox.deadLetters())
        .hasSize(3)
        .allSatisfy(
            letter -> {
              assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.CAPTURE);
              assertThat(letter.payload()).isNull();
              assertThat(letter.reason())
                  .contains("INSERT of public.t (key id)", "at most 20000 bytes, found 30")
                  .doesNotContain("bbb", "eee", "fff");
            });
  }

  /// What cannot be placed does not fill a topic that is kept for ever; what can be is not lost.
  @Test
  void shouldLeaveOutTheLettersThatAreMoreThanADomainMayHave() {
    table.outbox.largest = 20_000;
    var entity = TestPlan.entity(TestTable.T, "id");
    var few = TestPlan.domain("d", TestTable.PARTITIONS, entity).limited(new PoisonLimit(3));
    try (var capture = table.start(table.outbox::writer, TestPlan.of(few))) {
      until(() -> TestTable.sweepEnded(capture));
      POSTGRES.execute(
          "INSERT INTO t SELECT i, repeat('b', 30000) FROM generate_series(1, 400) i",
          "INSERT INTO t VALUES (401, 'g')");
      until(() -> table.inserted().contains(401));
    }
    assertThat(table.inserted()).hasSize(401);
    var letters = table.outbox.deadLetters();
    // A minute may have passed meanwhile.
    assertThat(letters).hasSizeBetween(3, 6);
    assertThat(letters.get(1).reason()).doesNotContain("left out");
    assertThat(letters.get(2).reason())
        .contains("more dead letters of changes in the log than 3 in this minute", "fix: ");
  }

  /// By its letter a sweep knows that it has not placed a row, and proves nothing of the table.
  @Test
  void shouldLeaveOutNoLetterOfASweptRow() {
    table.outbox.largest = 20_000;
    POSTGRES.execute("INSERT INTO t SELECT i, repeat('b', 30000) FROM generate_series(1, 3) i");
    table.dropSlot();
    table.createSlot();
    var entity = TestPlan.entity(TestTable.T, "id");
    var few = TestPlan.domain("d", TestTable.PARTITIONS, entity).limited(new PoisonLimit(1));
    try (var capture = table.start(table.outbox::writer, TestPlan.of(few))) {
      until(() -> TestTable.sweepEnded(capture));
    }
    assertThat(table.outbox.deadLetters())
        .hasSize(3)
        .allSatisfy(letter -> assertThat(letter.reason()).doesNotContain("left out"));
  }

  @Test
  void shouldParkARowThatIsTooLargeToBeSweptAndEndTheSweep() {
    table.outbox.largest = 20_000;
    POSTGRES.execute("INSERT INTO t VALUES (1, 'a'), (2, repeat('b', 30000)), (3, 'c')");
    table.dropSlot();
    table.createSlot();
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
    }
    assertThat(table.swept()).containsExactlyInAnyOrder(1, 3);
    assertThat(table.outbox.deadLetters()).hasSize(1);
    assertThat(table.outbox.deadLetters().getFirst().reason())
        .contains("swept row of public.t (key id)", "at most 20000 bytes");
  }

  @Test
  void shouldCarryEachChangeInTheTypeThatItsColumnHadThen() {
    POSTGRES.execute(
        "INSERT INTO t VALUES (1, 'a', 'secret')",
        "ALTER TABLE t ALTER note TYPE int USING 17",
        "INSERT INTO t VALUES (2, 'b', 18)",
        "ALTER TABLE t DROP note",
        "INSERT INTO t VALUES (3, 'c')");
    try (var _ = table.start()) {
      until(() -> table.inserted().contains(3));
    }
    assertThat(table.outbox.deadLetters()).isEmpty();
    assertThat(
            table
                .changes()
                .map(change -> java.util.Objects.requireNonNull(change.after()))
                .collect(
                    java.util.stream.Collectors.toMap(
                        row -> row.value("id"),
                        row -> row.schema().indexOf("note") < 0 ? "none" : row.value("note"))))
        .isEqualTo(java.util.Map.of(1, "secret", 2, 18, 3, "none"));
  }

  @Test
  void shouldWriteWhatItCanOfAParkedUpdateSoThatNothingOlderFillsIt() {
    table.outbox.largest = 20_000;
    try (var _ = table.start()) {
      POSTGRES.execute(
          "ALTER TABLE t ALTER name SET STORAGE EXTERNAL",
          "INSERT INTO t VALUES (1, repeat('a', 9000), 'x')");
      until(() -> table.inserted().contains(1));
      POSTGRES.execute(
          "UPDATE t SET name = repeat('b', 30000) WHERE id = 1",
          "UPDATE t SET note = 'y' WHERE id = 1");
      until(() -> table.changes().count() == 3);
    }
    List<Change> changes = table.changes().toList();
    assertThat(changes.stream().map(Change::op)).containsExactly(Op.INSERT, Op.REPLACE, Op.UPDATE);
    assertThat(changes.subList(1, 3))
        .allSatisfy(
            change -> {
              Row after = Objects.requireNonNull(change.after());
              assertThat(after.value("id")).isEqualTo(1);
              assertThat(after.value("name")).isSameAs(Row.UNKNOWN);
            });
    assertThat(table.outbox.deadLetters()).hasSize(1);
  }

  @Test
  void shouldLeaveOutAnArrayOfAnUpdateThatIsTooLarge() {
    table.outbox.largest = 20_000;
    POSTGRES.execute("ALTER TABLE t ADD many text[]");
    try (var _ = table.start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'a', 'x', '{b}')");
      until(() -> table.inserted().contains(1));
      POSTGRES.execute("UPDATE t SET many = array_fill('some text'::text, ARRAY[3000])");
      until(() -> table.changes().count() == 2);
    }
    Change parked = table.changes().toList().getLast();
    Row after = Objects.requireNonNull(parked.after());
    assertThat(parked.op()).isEqualTo(Op.REPLACE);
    assertThat(after.value("many")).isSameAs(Row.UNKNOWN);
    assertThat(after.value("name")).isEqualTo("a");
  }

  /// Ids of the rows that were inserted whole.
  private List<Object> whole() {
    return table
        .changes()
        .filter(change -> change.op() == Op.INSERT)
        .map(change -> Objects.requireNonNull(change.after()).value("id"))
        .toList();
  }

  private java.util.Collection<Change> lastOfEachTransaction(int partition) {
    var last = new java.util.HashMap<Long, Change>();
    table.outbox.changes(partition).forEach(change -> last.put(change.position().xid(), change));
    return last.values();
  }
}
