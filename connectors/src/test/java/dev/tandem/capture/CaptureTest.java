package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.capture.CaptureStatus.State;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.OnTruncate;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.Row;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class CaptureTest {
  private static final TableId T = new TableId("public", "t");
  private static final int PARTITIONS = 3;
  private static final int GROWN = 7;
  private static final TestPostgres POSTGRES = TestPostgres.start();
  private static final CaptureNames NAMES = new CaptureNames(TestPlan.MIGRATION);
  private final MemoryOutbox outbox = new MemoryOutbox();

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @BeforeEach
  void setUp() {
    POSTGRES.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name text, big text, note text DEFAULT 'x')",
        "CREATE PUBLICATION " + NAMES.publication() + " FOR TABLE t",
        "SELECT pg_create_logical_replication_slot('" + NAMES.slot() + "', 'pgoutput')");
  }

  @AfterEach
  void tearDown() {
    await()
        .until(
            () ->
                POSTGRES
                    .query("SELECT count(*) FROM pg_replication_slots WHERE active")
                    .equals("0"));
    POSTGRES.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP PUBLICATION IF EXISTS " + NAMES.publication(),
        "DROP TABLE t");
  }

  @Test
  void shouldMarkTheLastChangeOfATransactionInEachPartition() {
    try (var _ = start()) {
      POSTGRES.execute(
          "INSERT INTO t SELECT i, 'n' FROM generate_series(1, 100) i; UPDATE t SET name = 'm'");
      awaitChanges(200);
    }
    for (int i = 0; i < PARTITIONS; i++) {
      List<Change> changes = outbox.changes(i);
      assertThat(changes.stream().filter(Change::last)).hasSize(1);
      assertThat(changes.getLast().last()).isTrue();
    }
  }

  @Test
  void shouldWriteEachChangeOnceWhereTheAnswerToAWriteIsLost() {
    outbox.loseTheAnswerTo(CaptureTest::hasChanges);
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t SELECT i, 'n' FROM generate_series(1, 50) i");
      POSTGRES.execute("INSERT INTO t VALUES (51, 'n')");
      awaitChanges(51);
      POSTGRES.execute("INSERT INTO t VALUES (52, 'n')");
      awaitChanges(52);
    }
    assertThat(ids())
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 52).boxed().toList());
  }

  /// A COPY gives many rows one position of the log, of which batches end in the middle.
  @Test
  void shouldLoseNoRowOfAMultiInsertThatIsCutInTheMiddle() throws Exception {
    int[] writes = {0};
    outbox.refuse(entries -> hasChanges(entries) && ++writes[0] == 2);
    try (var _ = start();
        var connection = POSTGRES.connect()) {
      String rows =
          IntStream.rangeClosed(1, 20_000).mapToObj(i -> i + ",n\n").collect(Collectors.joining());
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY t (id, name) FROM STDIN (FORMAT csv)", new StringReader(rows));
      awaitChanges(20_000);
    }
    assertThat(writes[0]).isGreaterThanOrEqualTo(2);
    assertThat(all().map(change -> change.position().lsn()).distinct().count()).isLessThan(10_000);
    assertThat(ids()).doesNotHaveDuplicates().hasSize(20_000);
  }

  @Test
  void shouldLoseNothingOfInterleavedTransactionsAcrossAGracefulRestart() throws Exception {
    try (var open = POSTGRES.connect();
        var statement = open.createStatement()) {
      open.setAutoCommit(false);
      try (var _ = start()) {
        for (int i = 0; i < 20; i++) {
          statement.execute("INSERT INTO t VALUES (" + (1000 + i) + ", 'long')");
          POSTGRES.execute("INSERT INTO t VALUES (" + i + ", 'short')");
        }
        awaitChanges(20);
      }
      open.commit();
      try (var _ = start()) {
        awaitChanges(40);
      }
    }
    assertThat(ids()).doesNotHaveDuplicates().hasSize(40);
  }

  private static MigrationPlan grown() {
    var first = TestPlan.domain("d", PARTITIONS, TestPlan.entity(T, "id"));
    return TestPlan.of(first, first.over(2, GROWN));
  }

  private List<OutboxRecord> first() {
    return records("shop.d.outbox", PARTITIONS);
  }

  private List<OutboxRecord> second() {
    return records("shop.d.outbox.2", GROWN);
  }

  private List<OutboxRecord> records(String topic, int partitions) {
    return IntStream.range(0, partitions)
        .boxed()
        .flatMap(i -> outbox.records(topic, i).stream())
        .toList();
  }

  private static long changes(List<OutboxRecord> records) {
    return records.stream().filter(Change.class::isInstance).count();
  }

  private void awaitFirst(int changes) {
    awaitCount(() -> changes(first()) >= changes);
    assertThat(changes(first())).isEqualTo(changes);
  }

  private static long count(List<OutboxRecord> records, OutboxRecord.Kind kind) {
    return records.stream()
        .filter(it -> it instanceof OutboxRecord.Marker marker && marker.kind() == kind)
        .count();
  }

  /// The first outbox is loaded and followed. Another one begins beside it, with changes from there
  /// on and a sweep of its own, which is cut in the middle.
  @Test
  void shouldBeginAnotherOutboxBesideTheFirstWithASweepOfItsOwn() {
    POSTGRES.execute(
        "SELECT pg_drop_replication_slot('" + NAMES.slot() + "')",
        "INSERT INTO t SELECT i, 'n' FROM generate_series(1, 1000) i",
        "SELECT pg_create_logical_replication_slot('" + NAMES.slot() + "', 'pgoutput')");
    try (var capture = start()) {
      awaitCount(() -> sweepEnded(capture));
    }
    int[] writes = {0};
    outbox.refuse(
        entries ->
            entries.stream().anyMatch(entry -> entry.topic().equals("shop.d.outbox.2"))
                && ++writes[0] == 4);
    try (var _ = start(grown())) {
      POSTGRES.execute("UPDATE t SET name = 'm' WHERE id <= 50", "DELETE FROM t WHERE id > 990");
      awaitCount(() -> count(second(), OutboxRecord.Kind.SWEEP_ENDED) == GROWN);
      POSTGRES.execute("INSERT INTO t VALUES (2000, 'n')");
      awaitFirst(61);
    }
    List<OutboxRecord> second = second();
    assertThat(writes[0]).isEqualTo(4);
    assertThat(changes(second)).isEqualTo(61);
    assertThat(count(second, OutboxRecord.Kind.SWEEP_ENDED)).as("ends").isEqualTo(GROWN);
    assertThat(
            second.stream()
                .filter(OutboxRecord.Swept.class::isInstance)
                .map(it -> ((OutboxRecord.Swept) it).row().value("id"))
                .distinct()
                .count())
        .isBetween(990L, 1_000L);
    List<OutboxRecord> first = first();
    assertThat(count(first, OutboxRecord.Kind.SWEEP_ENDED)).isEqualTo(PARTITIONS);
    assertThat(first.stream().filter(OutboxRecord.Swept.class::isInstance)).hasSize(1_000);
    for (int i = 0; i < GROWN; i++) {
      var changes =
          outbox.records("shop.d.outbox.2", i).stream()
              .filter(Change.class::isInstance)
              .map(Change.class::cast)
              .toList();
      assertThat(changes.stream().filter(Change::last).count())
          .as("one for each transaction")
          .isEqualTo(changes.stream().map(it -> it.position().xid()).distinct().count());
    }
  }

  /// Another process takes over that looked longer ago at which outboxes there are.
  @Test
  void shouldNotCaptureWithoutAnOutboxThatIsWrittenUntilNothingIsFedFromIt() {
    try (var _ = start(grown())) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'n')");
      awaitFirst(1);
    }
    try (var late = start()) {
      POSTGRES.execute("INSERT INTO t VALUES (2, 'n')");
      awaitCount(() -> late.status().state() == State.NOT_SET_UP);
      assertThat(late.status().detail()).contains("[d.outbox.2]");
      assertThat(changes(first())).isEqualTo(1);
    }
    try (var _ = start(grown())) {
      awaitFirst(2);
    }
    assertThat(changes(second())).isEqualTo(2);
    try (var _ = start(TestPlan.of(PARTITIONS, T, "id"), Set.of("d.outbox.2"))) {
      POSTGRES.execute("INSERT INTO t VALUES (3, 'n')");
      awaitFirst(3);
    }
    assertThat(changes(second())).isEqualTo(2);
    assertThat(outbox.state().isOver("d.outbox.2")).isTrue();
  }

  @Test
  void shouldDeliverBothHalvesOfAPrimaryKeyUpdateThatIsCut() {
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t SELECT i, 'n' FROM generate_series(1, 30) i");
      awaitChanges(30);
      outbox.loseTheAnswerTo(CaptureTest::hasChanges);
      POSTGRES.execute("UPDATE t SET id = id + 1000", "INSERT INTO t VALUES (5000, 'end')");
      awaitCount(() -> ids(Op.INSERT).contains(5000));
    }
    assertThat(keyUpdates()).hasSize(30).doesNotHaveDuplicates();
  }

  /// More than batches take, so that they end between a deletion and its creation; one write fails.
  @Test
  void shouldTearNoPrimaryKeyUpdateWhereABatchEndsBetweenItsHalves() {
    int[] writes = {0};
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t SELECT i, 'n' FROM generate_series(1, 12000) i");
      awaitCount(() -> all().count() == 12_000);
      outbox.refuse(entries -> hasChanges(entries) && ++writes[0] == 2);
      POSTGRES.execute("UPDATE t SET id = id + 100000", "INSERT INTO t VALUES (5000000, 'end')");
      awaitCount(() -> ids(Op.INSERT).contains(5_000_000));
    }
    assertThat(writes[0]).isGreaterThanOrEqualTo(2);
    assertThat(keyUpdates()).hasSize(12_000).doesNotHaveDuplicates();
  }

  /// The new keys of updates, each of which stands in one partition as an update, or in two as a
  /// deletion and an insert.
  private List<Integer> keyUpdates() {
    var inserted = new java.util.HashSet<dev.tandem.position.ChangePosition>();
    all().filter(c -> c.op() == Op.INSERT).forEach(c -> inserted.add(c.position()));
    var keys = new java.util.ArrayList<Integer>();
    all()
        .filter(change -> change.op() != Op.INSERT)
        .forEach(
            change -> {
              boolean whole = change.op() == Op.UPDATE;
              assertThat(inserted.contains(change.position())).isEqualTo(!whole);
              keys.add((Integer) java.util.Objects.requireNonNull(change.before()).value("id"));
            });
    return keys;
  }

  private List<Integer> ids(Op op) {
    return all()
        .filter(change -> change.op() == op)
        .map(change -> (Integer) after(change).value("id"))
        .toList();
  }

  @Test
  void shouldFillAnUnchangedLargeValueOfAPrimaryKeyUpdateFromTheOldRow() {
    POSTGRES.execute(
        "ALTER TABLE t ALTER big SET STORAGE EXTERNAL", "ALTER TABLE t REPLICA IDENTITY FULL");
    try (var _ = start()) {
      POSTGRES.execute(
          "INSERT INTO t SELECT i, 'a', repeat('x', 10000) FROM generate_series(1, 9) i");
      POSTGRES.execute("UPDATE t SET id = id + 10");
      POSTGRES.execute("INSERT INTO t VALUES (5000, 'end')");
      awaitCount(() -> ids(Op.INSERT).contains(5000));
    }
    assertThat(keyUpdates()).hasSize(9);
    assertThat(
            all()
                .filter(
                    c -> c.after() != null && !Integer.valueOf(5000).equals(after(c).value("id"))))
        .allMatch(change -> "x".repeat(10_000).equals(after(change).value("big")));
  }

  @Test
  void shouldMakeOneUpdateOfAPrimaryKeyUpdateWhoseLargeValueTheLogLeavesOut() {
    POSTGRES.execute("ALTER TABLE t ALTER big SET STORAGE EXTERNAL");
    try (var _ = start(TestPlan.of(1, T, "id"))) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'a', repeat('x', 10000), NULL)");
      POSTGRES.execute("UPDATE t SET id = 2");
      awaitChanges(2);
    }
    Change moved = all().toList().getLast();
    assertThat(moved.op()).isEqualTo(Op.UPDATE);
    assertThat(java.util.Objects.requireNonNull(moved.before()).value("id")).isEqualTo(1);
    assertThat(after(moved).value("id")).isEqualTo(2);
    assertThat(after(moved).value("big")).isEqualTo(Row.UNKNOWN);
  }

  @Test
  void shouldCarryUnchangedToastAsUnknownAndNullAsNull() {
    POSTGRES.execute("ALTER TABLE t ALTER big SET STORAGE EXTERNAL");
    try (var _ = start()) {
      POSTGRES.execute(
          "INSERT INTO t VALUES (1, 'a', repeat('x', 10000), NULL)",
          "UPDATE t SET name = 'b'",
          "DELETE FROM t");
      awaitChanges(3);
    }
    List<Change> changes = all().toList();
    Row inserted = after(changes.get(0));
    assertThat(inserted.value("big")).isEqualTo("x".repeat(10_000));
    assertThat(inserted.value("note")).isNull();
    Row updated = after(changes.get(1));
    assertThat(updated.value("big")).isEqualTo(Row.UNKNOWN);
    assertThat(updated.value("name")).isEqualTo("b");
    Row deleted = java.util.Objects.requireNonNull(changes.get(2).before());
    assertThat(deleted.value("id")).isEqualTo(1);
    assertThat(deleted.value("name")).isEqualTo(Row.UNKNOWN);
  }

  @Test
  void shouldTurnAChangeOfThePartitionIntoALeaveAndAnEnter() {
    POSTGRES.execute("ALTER TABLE t REPLICA IDENTITY FULL");
    try (var _ = start(TestPlan.of(PARTITIONS, T, "name"))) {
      POSTGRES.execute(
          "INSERT INTO t SELECT 1, 'a', 'big'",
          "UPDATE t SET name = 'b'",
          "UPDATE t SET name = 'c'",
          "UPDATE t SET name = 'd'",
          "UPDATE t SET note = 'stays'");
      awaitCount(() -> all().filter(c -> c.op() == Op.UPDATE || c.op() == Op.INSERT).count() >= 5);
    }
    for (int i = 0; i < PARTITIONS; i++) {
      boolean present = false;
      for (Change change : outbox.changes(i)) {
        assertThat(change.op() == Op.INSERT).isEqualTo(!present);
        present = change.op() != Op.DELETE;
      }
    }
  }

  @Test
  void shouldWriteARowThatMovesUnderItsKeyWholeToBothPartitions_C8() {
    POSTGRES.execute("ALTER TABLE t REPLICA IDENTITY FULL");
    var entity = TestPlan.entity(T, "name", "id");
    try (var _ = start(TestPlan.of(TestPlan.domain("d", PARTITIONS, entity)))) {
      POSTGRES.execute(
          "INSERT INTO t SELECT i, 'a' FROM generate_series(1, 9) i",
          "UPDATE t SET name = id::text");
      awaitCount(() -> all().filter(change -> change.op() == Op.UPDATE).count() >= 15);
    }
    var moved = all().filter(change -> change.op() == Op.UPDATE).toList();
    long both =
        moved.stream()
            .filter(change -> moved.stream().filter(same -> isOneChange(same, change)).count() == 2)
            .count();
    assertThat(both / 2).isEqualTo(outbox.deadLetters().size()).isPositive();
    assertThat(moved).allMatch(change -> change.before() != null && change.after() != null);
    assertThat(outbox.deadLetters())
        .allMatch(letter -> letter.reason().contains("tandem backfill SPEC"));
  }

  private static boolean isOneChange(Change one, Change other) {
    return one.position().equals(other.position());
  }

  /// Capture lags behind transactions of many rows, so that each batch ends within one.
  @Test
  void shouldWriteTheEndOfASweepBehindTheSameTransactionsInEveryPartition() {
    POSTGRES.execute("INSERT INTO t SELECT i, 'n' FROM generate_series(1, 500) i");
    for (int i = 0; i < 120; i++) {
      POSTGRES.execute("UPDATE t SET name = 'before'");
    }
    try (var capture = start()) {
      for (int i = 0; i < 3000 && !sweepEnded(capture); i++) {
        POSTGRES.execute("UPDATE t SET name = 'u" + i + "'");
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> sweepEnded(capture));
    }
    var behind = new java.util.HashSet<Long>();
    var before = new java.util.HashSet<Long>();
    for (int i = 0; i < PARTITIONS; i++) {
      boolean ended = false;
      for (OutboxRecord record : outbox.records(i)) {
        switch (record) {
          case Change change -> (ended ? behind : before).add(change.position().xid());
          case OutboxRecord.Marker marker ->
              ended |= marker.kind() == OutboxRecord.Kind.SWEEP_ENDED;
          case OutboxRecord.Swept _ -> {}
        }
      }
    }
    assertThat(before).doesNotContainAnyElementsOf(behind);
    assertThat(behind).isNotEmpty();
  }

  @Test
  void shouldWriteATruncationIntoEveryPartition() {
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1)", "TRUNCATE t");
      awaitChanges(1 + PARTITIONS);
    }
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(outbox.changes(i).getLast().op()).isEqualTo(Op.TRUNCATE);
      assertThat(outbox.changes(i).getLast().last()).isTrue();
    }
    assertThat(outbox.truncations())
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.domain()).isEqualTo("d");
              assertThat(told.table()).isEqualTo(T);
              assertThat(told.policy()).isEqualTo(OnTruncate.DELETE);
              assertThat(told.at()).isEqualTo(outbox.changes(0).getLast().committedAt());
            });
  }

  @Test
  void shouldParkWhatHasNoPartitionAndGoOn() {
    POSTGRES.execute("ALTER TABLE t REPLICA IDENTITY FULL");
    try (var capture = start(TestPlan.of(PARTITIONS, T, "name"))) {
      POSTGRES.execute("INSERT INTO t VALUES (1, NULL)", "INSERT INTO t VALUES (2, 'n')");
      awaitChanges(1);
      assertThat(capture.status().parked()).isPositive();
    }
  }

  @Test
  void shouldMoveAnIdleSlotOn() {
    try (var capture = start()) {
      String before = confirmed();
      POSTGRES.execute("CREATE TABLE elsewhere AS SELECT generate_series(1, 1000)");
      POSTGRES.execute("DROP TABLE elsewhere");
      await().atMost(Duration.ofSeconds(20)).until(() -> !confirmed().equals(before));
      assertThat(capture.status().state()).isEqualTo(State.STREAMING);
    }
  }

  @Test
  void shouldNeverConfirmToTheSlotWhatIsNotWritten() {
    outbox.refuse(CaptureTest::hasChanges);
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'n')");
      awaitChanges(1);
    }
    var source = java.util.Objects.requireNonNull(outbox.state().source());
    assertThat(dev.tandem.position.Lsn.parse(confirmed()))
        .isLessThanOrEqualTo(java.util.Objects.requireNonNull(source.proven()));
  }

  @Test
  void shouldSayWhatIsLostWhenTheSlotWasDropped() {
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'n')");
      awaitChanges(1);
    }
    await()
        .until(
            () ->
                POSTGRES
                    .query("SELECT count(*) FROM pg_replication_slots WHERE active")
                    .equals("0"));
    POSTGRES.execute("SELECT pg_drop_replication_slot('" + NAMES.slot() + "')");
    try (var capture = start()) {
      await().until(() -> capture.status().state() == State.LOST);
      assertThat(capture.status().detail()).contains("dropped");
      await().until(() -> outbox.state().unproven() != null);
    }
    assertThat(POSTGRES.query("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void shouldSayWhatIsLostWhenTheSlotMovedOnWithoutIt() {
    try (var _ = start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'n')");
      awaitChanges(1);
    }
    await()
        .until(
            () ->
                POSTGRES
                    .query("SELECT count(*) FROM pg_replication_slots WHERE active")
                    .equals("0"));
    POSTGRES.execute("INSERT INTO t VALUES (2, 'n')");
    await()
        .until(
            () -> {
              POSTGRES.query(
                  "SELECT pg_replication_slot_advance('"
                      + NAMES.slot()
                      + "', pg_current_wal_lsn())");
              var source = java.util.Objects.requireNonNull(outbox.state().source());
              return dev.tandem.position.Lsn.parse(confirmed())
                  .isAfter(java.util.Objects.requireNonNull(source.proven()));
            });
    try (var capture = start()) {
      await().until(() -> capture.status().state() == State.LOST);
    }
  }

  @Test
  void shouldWaitForSetUpAndNeverMakeASlot() {
    POSTGRES.execute("SELECT pg_drop_replication_slot('" + NAMES.slot() + "')");
    try (var capture = start()) {
      await().until(() -> capture.status().state() == State.NOT_SET_UP);
    }
    assertThat(POSTGRES.query("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void shouldStandByWhileAnotherHoldsTheSlotAndTakeOver() {
    var first = start();
    await().until(() -> first.status().state() == State.STREAMING && slotIsActive());
    try (var second = start()) {
      await().until(() -> second.status().state() == State.STANDING_BY);
      first.close();
      POSTGRES.execute("INSERT INTO t VALUES (1, 'n')");
      awaitChanges(1);
      assertThat(second.status().state()).isEqualTo(State.STREAMING);
    }
  }

  /// Nobody begins: after some seconds it does so itself.
  @Test
  void shouldLetBeginWhoFencedItOutBeforeItContendsAgain() {
    try (var capture = start()) {
      await().until(() -> capture.status().state() == State.STREAMING && slotIsActive());
      outbox.fence();
      POSTGRES.execute("INSERT INTO t VALUES (1, 'n')");
      await().until(() -> capture.status().state() == State.STANDING_BY);
      int writers = outbox.writers();
      await().during(Duration.ofSeconds(2)).until(() -> outbox.writers() == writers);
      awaitChanges(1);
      assertThat(outbox.writers()).isGreaterThan(writers);
    }
  }

  @Test
  void shouldSweepATableWhileItIsWrittenSoThatBothTogetherEqualIt() throws Exception {
    POSTGRES.execute("INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, 3000) i");
    var random = new java.util.Random(7);
    try (var capture = start()) {
      try (var connection = POSTGRES.connect();
          var statement = connection.createStatement()) {
        for (int i = 0; i < 1500; i++) {
          int id = 1 + random.nextInt(3500);
          statement.execute(
              switch (random.nextInt(3)) {
                case 0 -> "UPDATE t SET name = 'u" + i + "' WHERE id = " + id;
                case 1 -> "DELETE FROM t WHERE id = " + id;
                default ->
                    "INSERT INTO t VALUES (" + id + ", 'i" + i + "') ON CONFLICT (id) DO NOTHING";
              });
        }
      }
      POSTGRES.execute("INSERT INTO t VALUES (999999, 'end')");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  all()
                      .anyMatch(
                          c ->
                              c.after() != null
                                  && Integer.valueOf(999_999).equals(c.after().value("id"))));
      await().atMost(Duration.ofSeconds(60)).until(() -> sweepEnded(capture));
    }
    var kept = new KeptRows();
    for (int i = 0; i < PARTITIONS; i++) {
      outbox.records(i).forEach(kept::accept);
    }
    assertThat(kept.names()).isEqualTo(tableNames());
  }

  @Test
  void shouldResumeASweepThatWasCut() {
    POSTGRES.execute("INSERT INTO t SELECT i, 'n' FROM generate_series(1, 1000) i");
    int[] writes = {0};
    outbox.refuse(entries -> entries.size() > PARTITIONS && ++writes[0] == 3);
    try (var capture = start()) {
      await().atMost(Duration.ofSeconds(60)).until(() -> sweepEnded(capture));
    }
    var swept =
        IntStream.range(0, PARTITIONS)
            .boxed()
            .flatMap(i -> outbox.records(i).stream())
            .filter(OutboxRecord.Swept.class::isInstance)
            .map(record -> ((OutboxRecord.Swept) record).row().value("id"))
            .toList();
    assertThat(swept).doesNotHaveDuplicates().hasSize(1000);
    for (int i = 0; i < PARTITIONS; i++) {
      List<OutboxRecord.Kind> kinds =
          outbox.records(i).stream()
              .filter(OutboxRecord.Marker.class::isInstance)
              .map(record -> ((OutboxRecord.Marker) record).kind())
              .toList();
      // Its beginning and its base, which is told once more if no page stood yet where it was cut.
      assertThat(kinds.subList(0, kinds.indexOf(OutboxRecord.Kind.SWEEP_ENDED)))
          .containsOnly(OutboxRecord.Kind.SWEEP_STARTED)
          .hasSizeBetween(2, 3);
    }
  }

  private static boolean hasChanges(List<OutboxEntry> entries) {
    return entries.stream().anyMatch(entry -> entry.value()[0] == 0)
        && entries.size() > 0
        && entries.size() != PARTITIONS;
  }

  private static boolean sweepEnded(Capture capture) {
    var sweep = capture.status().sweeps().get(T);
    return sweep != null && sweep.ended();
  }

  private Capture start() {
    return start(TestPlan.of(PARTITIONS, T, "id"));
  }

  private Capture start(MigrationPlan plan) {
    return start(plan, Set.of());
  }

  private Capture start(MigrationPlan plan, Set<String> over) {
    var access = new PostgresAccess(POSTGRES.url(), "postgres", "");
    var pace =
        new CaptureSettings.Pace(
            Duration.ofMillis(300),
            Duration.ofMinutes(5),
            Duration.ofMillis(100),
            Duration.ofMillis(500));
    var settings =
        new CaptureSettings(
            Side.LEGACY,
            plan,
            access,
            Map.of(),
            outbox.registry,
            SweepSettings.DEFAULT.withPageRows(100),
            pace,
            CaptureListener.NONE,
            Clock.systemUTC());
    return Capture.start(settings.withOver(over), outbox::writer);
  }

  private void awaitChanges(int count) {
    awaitCount(() -> all().count() >= count);
    assertThat(all().count()).isEqualTo(count);
  }

  private static void awaitCount(java.util.concurrent.Callable<Boolean> done) {
    await().atMost(Duration.ofSeconds(60)).until(done);
  }

  private Stream<Change> all() {
    return IntStream.range(0, PARTITIONS).boxed().flatMap(i -> outbox.changes(i).stream());
  }

  private List<Integer> ids() {
    return all().map(change -> (Integer) after(change).value("id")).toList();
  }

  private static Row after(Change change) {
    return java.util.Objects.requireNonNull(change.after());
  }

  private static boolean slotIsActive() {
    return POSTGRES.query("SELECT count(*) FROM pg_replication_slots WHERE active").equals("1");
  }

  private static String confirmed() {
    return POSTGRES.query("SELECT confirmed_flush_lsn FROM pg_replication_slots");
  }

  private static Map<Integer, String> tableNames() throws Exception {
    var names = new java.util.HashMap<Integer, String>();
    try (var connection = POSTGRES.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT id, name FROM t")) {
      while (rows.next()) {
        names.put(rows.getInt(1), rows.getString(2));
      }
    }
    return names;
  }
}
