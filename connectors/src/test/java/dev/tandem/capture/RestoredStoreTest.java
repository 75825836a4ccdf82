package dev.tandem.capture;

import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureStatus.State;
import dev.tandem.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The store's disk is put back as it was copied before: system identifier, timeline and slot are
/// the same, and what was captured since the copy is not there.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class RestoredStoreTest {
  private TestPostgres postgres;
  private TestTable table;
  private Path copy;

  @BeforeEach
  void copyAndGoOn(@TempDir Path directory) throws IOException {
    Path data = directory.resolve("data");
    copy = directory.resolve("copy");
    postgres = TestPostgres.startIn(data);
    table = new TestTable(postgres);
    try (var capture = table.start()) {
      postgres.execute("INSERT INTO t VALUES (1, 'a')");
      until(() -> table.inserted().contains(1) && TestTable.sweepEnded(capture));
    }
    postgres.close();
    TestPostgres.copy(data, copy);
    postgres = TestPostgres.startIn(data);
    table.moveTo(postgres);
    try (var _ = table.start()) {
      postgres.execute("INSERT INTO t VALUES (2, 'b')", "INSERT INTO t VALUES (3, 'c')");
      until(() -> table.inserted().containsAll(List.of(2, 3)));
    }
  }

  @AfterEach
  void stop() {
    postgres.close();
  }

  private void restore() {
    postgres.close();
    postgres = TestPostgres.startIn(copy);
    table.moveTo(postgres);
  }

  private String end() {
    return postgres.query("SELECT pg_current_wal_flush_lsn()");
  }

  private boolean isBehind(String end) {
    return postgres.query("SELECT pg_current_wal_flush_lsn() <= '" + end + "'::pg_lsn").equals("t");
  }

  @Test
  void shouldGoOnWhereTheServerWasOnlyStartedAgain() throws Exception {
    Path data = Path.of(postgres.query("SHOW data_directory"));
    postgres.close();
    postgres = TestPostgres.startIn(data);
    table.moveTo(postgres);
    try (var capture = table.start()) {
      postgres.execute("INSERT INTO t VALUES (4, 'd')");
      until(() -> table.inserted().contains(4));
      assertThat(capture.status().state()).isEqualTo(State.STREAMING);
    }
    assertThat(table.inserted()).containsExactlyInAnyOrder(1, 2, 3, 4);
    assertThat(table.outbox.state().unproven()).isNull();
  }

  @Test
  void shouldNotGoOnWhereTheLogEndsBeforeWhatWasCaptured() {
    postgres.execute("INSERT INTO t SELECT i, 'x' FROM generate_series(100, 5000) i");
    try (var _ = table.start()) {
      until(() -> table.inserted().contains(5000));
    }
    restore();
    try (var capture = table.start()) {
      until(() -> capture.status().state() == State.LOST);
      assertThat(capture.status().detail()).contains("its log ends at", "restored from a copy");
    }
  }

  /// What is done after the restore is what was done before, so that it may well stand at the same
  /// positions under the same transaction ids; and then more, until the log is longer.
  @Test
  void shouldNotGoOnWhereTheLogHasGrownPastWhatWasCapturedAndHealByANewEpoch() throws Exception {
    String before = end();
    restore();
    postgres.execute("INSERT INTO t VALUES (2, 'other')", "INSERT INTO t VALUES (3, 'another')");
    for (int i = 10; isBehind(before); i++) {
      postgres.execute("INSERT INTO t VALUES (" + i + ", 'new')");
    }
    postgres.execute("SELECT pg_switch_wal()", "INSERT INTO t VALUES (5, 'last')");
    try (var capture = table.start()) {
      until(() -> capture.status().state() == State.LOST);
      assertThat(capture.status().detail())
          .contains("the transaction that ended at", "restored from a copy", "--new-epoch");
      assertThat(table.inserted()).doesNotContain(5);
      table.dropSlot();
      table.createSlot();
      try (var connection = postgres.connect()) {
        SourceEpoch.declareNext(table.outbox.writer(), TestTable.TOPICS, connection);
      }
      until(() -> capture.status().epoch() == 2 && TestTable.sweepEnded(capture));
      assertThat(capture.status().state()).isEqualTo(State.STREAMING);
    }
    assertThat(table.kept()).isEqualTo(table.rows());
  }
}
