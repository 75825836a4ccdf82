package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.metrics.SlotGauges.Reading;
import dev.tandem.spec.RetainedLog;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // The server starts before the tests.
class SlotWatchTest {
  private static final double LIMIT = 64L << 20;
  @TempDir private static Path directory;
  private static PostgresServer postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = PostgresServer.start(PostgresSettings.in(directory));
    assertThat(read("nowhere").limit()).isInfinite();
    execute("ALTER SYSTEM SET max_slot_wal_keep_size = '64MB'", "SELECT pg_reload_conf()");
    await().until(() -> read("nowhere").limit() == LIMIT);
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  private static void execute(String... statements) throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Reading read(String slot) throws SQLException {
    try (var connection = postgres.connect()) {
      return SlotLook.read(connection, slot, RetainedLog.NOTHING_SAID).reading();
    }
  }

  @Test
  void shouldCallASlotThatIsNotThereUnsafe() throws SQLException {
    assertThat(read("nowhere")).isEqualTo(new Reading(false, false, 0, LIMIT, LIMIT / 2));
  }

  @Test
  void shouldSayWhatASlotRetainsAndThatNobodyReadsIt() throws SQLException {
    execute(
        "SELECT pg_create_logical_replication_slot('left', 'pgoutput')",
        "CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 4000)");
    Reading left = read("left");
    assertThat(left.active()).isFalse();
    assertThat(left.safe()).isTrue();
    assertThat(left.retained()).isGreaterThan(4_000_000);
  }

  @Test
  void shouldCallASlotUnsafeThatTheServerGaveUp() throws SQLException {
    execute("SELECT pg_create_logical_replication_slot('lost', 'pgoutput')");
    for (int segment = 0; segment < 8; segment++) {
      execute("CREATE TABLE more" + segment + " AS SELECT 1", "SELECT pg_switch_wal()");
    }
    execute("CHECKPOINT");
    assertThat(read("lost").safe()).isFalse();
  }
}
