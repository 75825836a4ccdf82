package dev.tandem.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// What a hot standby says of the transactions that run on its primary.
class StandbySnapshotTest {
  private static String value(Connection connection, String sql) throws Exception {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  /// C9: the standby lists no running transaction, and "sees" one whose rows it does not show.
  @Test
  void shouldNotTakeARunningTransactionForOneThatAStandbySees_C9() throws Exception {
    try (var primary = TestPostgres.start()) {
      primary.execute("CREATE TABLE t (id int PRIMARY KEY)");
      var directory = Files.createTempDirectory("standby").resolve("data");
      try (var standby = primary.standby(directory);
          var running = primary.connect()) {
        running.setAutoCommit(false);
        long xid =
            Long.parseLong(
                value(running, "INSERT INTO t VALUES (1) RETURNING pg_current_xact_id()"));
        primary.execute("INSERT INTO t VALUES (2)");
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> standby.query("SELECT count(*) FROM t").equals("1"));
        try (var reading = standby.connect()) {
          reading.setAutoCommit(false);
          reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
          assertThat(value(reading, "SELECT string_agg(id::text, ',') FROM t")).isEqualTo("2");
          assertThat(Snapshot.parse(value(reading, "SELECT pg_current_snapshot()")).sees(xid))
              .as("what the server says by itself")
              .isTrue();
          assertThat(ReplicationState.snapshot(reading).sees(xid)).isFalse();
        }
      }
    }
  }
}
