package dev.tandem.capture;

import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.capture.CaptureStatus.State;
import dev.tandem.postgres.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The legacy primary is gone, and a standby that has its slots was promoted.
class FailoverTest {
  private final TestPostgres primary = TestPostgres.start();
  private final TestTable table = new TestTable(primary);
  private Path directory;
  private TestPostgres standby;

  @BeforeEach
  void follow() throws IOException {
    directory = Files.createTempDirectory("standby");
    standby = primary.standby(directory.resolve("data"));
    try (var capture = table.start()) {
      primary.execute("INSERT INTO t VALUES (1, 'a')");
      until(() -> table.inserted().contains(1) && TestTable.sweepEnded(capture));
    }
    caughtUp();
    until(this::hasTheSlot);
  }

  @AfterEach
  void tearDown() {
    standby.close();
    primary.close();
  }

  private void caughtUp() {
    String end = primary.query("SELECT pg_current_wal_flush_lsn()");
    until(
        () ->
            standby.query("SELECT pg_last_wal_replay_lsn() >= '" + end + "'::pg_lsn").equals("t"));
  }

  /// The server makes the copy of a slot a lasting one once it is sure to have its log.
  private boolean hasTheSlot() {
    return standby
        .query("SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary")
        .equals("1");
  }

  private void failOver() {
    standby.execute("SELECT pg_promote()");
    table.moveTo(standby);
  }

  @Test
  void shouldGoOnWithAPromotedStandbyThatHadEverything() throws Exception {
    try (var capture = table.start()) {
      primary.execute("INSERT INTO t VALUES (2, 'b')");
      until(() -> table.inserted().contains(2));
    }
    caughtUp();
    failOver();
    standby.execute("INSERT INTO t VALUES (3, 'c')");
    try (var capture = table.start()) {
      until(() -> table.inserted().contains(3));
      assertThat(capture.status().epoch()).isEqualTo(1);
    }
    assertThat(table.inserted()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(table.outbox.state().unproven()).isNull();
  }

  @Test
  void shouldSayWhatAPromotedStandbyNeverHadAndHealByANewEpoch() throws Exception {
    standby.stopFollowing();
    try (var capture = table.start()) {
      primary.execute("INSERT INTO t VALUES (2, 'lost')");
      until(() -> table.inserted().contains(2));
    }
    failOver();
    try (var capture = table.start()) {
      until(() -> capture.status().state() == State.LOST);
      assertThat(capture.status().detail())
          .contains("changes committed after", "a standby without them was promoted (timeline 2)");
      table.dropSlot();
      table.createSlot();
      assertThat(declared()).isEqualTo(2);
      until(() -> capture.status().epoch() == 2 && TestTable.sweepEnded(capture));
      standby.execute("INSERT INTO t VALUES (3, 'live')");
      until(() -> table.inserted().contains(3));
    }
    // The row that only the former primary had is a ghost, which the end of the sweep lets be
    // found.
    assertThat(table.kept()).containsAllEntriesOf(table.rows());
    assertThat(table.outbox.state().unproven()).isNull();
  }

  /// Capture looks again every while, and whoever writes meanwhile is fenced by that.
  private int declared() throws Exception {
    for (int tries = 0; ; tries++) {
      try (var connection = standby.connect()) {
        return SourceEpoch.declareNext(table.outbox.writer(), TestTable.TOPICS, connection);
      } catch (OutboxLog.FencedException fenced) {
        assertThat(tries).as("tried again").isLessThan(10);
      }
    }
  }
}
