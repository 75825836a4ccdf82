package dev.tandem.capture;

import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.postgres.TestPostgres;
import dev.tandem.wire.OutboxRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sweep and stream together beside transactions that neither sees alone.
class BesideTransactionsTest {
  private static final TestPostgres POSTGRES =
      TestPostgres.start(Map.of("synchronous_commit", "on"));
  private final TestTable table = new TestTable(POSTGRES);

  @AfterEach
  void tearDown() {
    table.close();
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  /// C10: a transaction changes a row, and the table is published beside it.
  @Test
  void shouldDropNothingThatWasChangedBesideThePublishing_C10() throws Exception {
    POSTGRES.execute(
        "INSERT INTO t VALUES (1, 'old')",
        "ALTER PUBLICATION " + TestTable.NAMES.publication() + " DROP TABLE t");
    try (var open = POSTGRES.connect();
        var statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("UPDATE t SET name = 'new'");
      POSTGRES.execute("ALTER PUBLICATION " + TestTable.NAMES.publication() + " ADD TABLE t");
      try (var capture = table.start()) {
        until(() -> capture.status().state() == CaptureStatus.State.STREAMING);
        await().during(Duration.ofMillis(500)).until(() -> table.swept().isEmpty());
        open.commit();
        until(() -> TestTable.sweepEnded(capture));
      }
    }
    assertThat(table.kept()).isEqualTo(table.rows());
  }

  /// C11: a commit stands in the log, and is streamed, but waits for a synchronous standby: it is
  /// not visible yet. Capture itself must not wait for that standby.
  @Test
  void shouldDropNothingThatIsInTheLogButNotYetVisible_C11() throws Exception {
    POSTGRES.execute("INSERT INTO t VALUES (1, 'old'), (2, 'old')");
    synchronousStandby("nobody");
    var update = CompletableFuture.runAsync(() -> POSTGRES.execute("UPDATE t SET name = 'new'"));
    until(() -> table.count("pg_stat_activity WHERE wait_event = 'SyncRep'").equals("1"));
    try (var capture = table.start()) {
      until(() -> updates() == 2);
      await().during(Duration.ofMillis(500)).until(() -> table.swept().isEmpty());
      synchronousStandby("");
      update.get(10, TimeUnit.SECONDS);
      until(() -> TestTable.sweepEnded(capture));
    }
    assertThat(table.kept()).isEqualTo(table.rows());
  }

  private long updates() {
    return table.changes().filter(change -> change.op() == OutboxRecord.Op.UPDATE).count();
  }

  private static void synchronousStandby(String name) {
    POSTGRES.execute(
        "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'", "SELECT pg_reload_conf()");
    until(() -> POSTGRES.query("SHOW synchronous_standby_names").equals(name));
  }
}
