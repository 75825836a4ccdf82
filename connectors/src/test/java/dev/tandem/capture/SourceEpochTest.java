package dev.tandem.capture;

import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureStatus.State;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A slot that was lost is noticed, and a new epoch heals it.
class SourceEpochTest {
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
  void shouldHealALostSlotByANewEpochThatSweepsAgain() throws Exception {
    runOnce();
    table.dropSlot();
    POSTGRES.execute("INSERT INTO t VALUES (2, 'lost')", "DELETE FROM t WHERE id = 1");
    try (var capture = table.start()) {
      until(() -> capture.status().state() == State.LOST);
      assertThat(capture.status().detail()).contains("changes committed after", "was dropped");
      table.createSlot();
      until(() -> capture.status().detail().contains("and up to"));
      assertThat(declareNext()).isEqualTo(2);
      until(() -> capture.status().epoch() == 2 && TestTable.sweepEnded(capture));
      POSTGRES.execute("INSERT INTO t VALUES (3, 'live')");
      until(() -> table.inserted().contains(3));
      assertThat(capture.status().state()).isEqualTo(State.STREAMING);
    }
    assertThat(table.swept()).contains(2);
    assertThat(table.outbox.state().unproven()).isNull();
    for (int i = 0; i < TestTable.PARTITIONS; i++) {
      assertThat(ofEpoch(2, table.outbox.records(i)))
          .startsWith(Kind.EPOCH.name(), Kind.SWEEP_STARTED.name())
          .containsOnlyOnce(Kind.EPOCH.name());
    }
    // The row that only the old epoch knows is a ghost, which the end of the sweep lets be found.
    assertThat(table.kept()).containsAllEntriesOf(table.rows());
  }

  @Test
  void shouldFenceTheRunningWriterAndReadOnInTheNewEpoch() throws Exception {
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
      assertThat(declareNext()).isEqualTo(2);
      POSTGRES.execute("INSERT INTO t VALUES (1, 'a')");
      until(() -> capture.status().epoch() == 2 && TestTable.sweepEnded(capture));
      until(() -> table.inserted().contains(1) || table.swept().contains(1));
    }
    assertThat(table.changes()).allMatch(change -> change.position().epoch() == 2);
  }

  /// The topic of its notes was deleted and made again, in the second epoch.
  @Test
  void shouldNotGoOnWithoutItsNotesAndBeginAboveEveryEpochThatWasUsed() throws Exception {
    try (var capture = table.start()) {
      until(() -> TestTable.sweepEnded(capture));
      assertThat(declareNext()).isEqualTo(2);
      until(() -> capture.status().epoch() == 2 && TestTable.sweepEnded(capture));
      POSTGRES.execute("INSERT INTO t VALUES (1, 'a')");
      until(() -> table.inserted().contains(1));
    }
    table.outbox.forgetNotes();
    long before = table.outbox.count();
    try (var capture = table.start()) {
      POSTGRES.execute("UPDATE t SET name = 'b'");
      until(() -> capture.status().state() == State.LOST);
      assertThat(capture.status().detail())
          .contains("hold records (epoch 2)", "shop.offsets", "--new-epoch");
      assertThat(table.outbox.count()).isEqualTo(before);
      assertThat(declareNext()).isEqualTo(3);
      until(() -> capture.status().epoch() == 3 && TestTable.sweepEnded(capture));
      POSTGRES.execute("UPDATE t SET note = 'c'");
      until(() -> table.changes().anyMatch(change -> change.epoch() == 3));
    }
    assertThat(table.kept()).isEqualTo(table.rows());
    assertThat(table.outbox.state().unproven()).isNull();
  }

  /// 1. The slot is judged; 2. it is dropped and a change is made; 3. the engine makes a new one.
  @Test
  void shouldNoticeASlotThatIsDroppedAsTheEngineStarts() {
    runOnce();
    var dropped = new AtomicBoolean();
    try (var capture =
        table.start(
            () -> {
              if (dropped.compareAndSet(false, true)) {
                table.dropSlot();
                POSTGRES.execute("INSERT INTO t VALUES (2, 'lost')");
              }
              return table.outbox.writer();
            })) {
      until(() -> dropped.get() && capture.status().state() == State.LOST);
      POSTGRES.execute("INSERT INTO t VALUES (3, 'unseen')");
      assertThat(capture.status().detail()).contains("has moved past what is in Kafka");
    }
    assertThat(table.inserted()).containsExactly(1);
  }

  private void runOnce() {
    try (var capture = table.start()) {
      POSTGRES.execute("INSERT INTO t VALUES (1, 'a')");
      until(() -> table.inserted().contains(1) && TestTable.sweepEnded(capture));
    }
  }

  private int declareNext() throws SQLException {
    try (var connection = POSTGRES.connect()) {
      return SourceEpoch.declareNext(table.outbox.writer(), TestTable.TOPICS, connection);
    }
  }

  /// Kinds of the records of an epoch, in order.
  private static List<String> ofEpoch(int epoch, List<OutboxRecord> records) {
    return records.stream()
        .filter(record -> record.epoch() == epoch)
        .map(record -> record instanceof Marker marker ? marker.kind().name() : "row")
        .toList();
  }
}
