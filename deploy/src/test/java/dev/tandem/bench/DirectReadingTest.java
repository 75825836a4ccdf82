package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.LogDrain;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.table.TableId;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both readers of the log, at a real server: whoever measures them has to know that they read the
/// same.
class DirectReadingTest {
  private static final Set<TableId> TABLES = Set.of(new TableId("public", "item"));
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final String ITEM =
      """
      CREATE TABLE item (id integer PRIMARY KEY, big bigint, note text, code char(3), flag boolean,
        amount numeric(12,2), at timestamp, born date, seen timestamptz, name varchar(20), json jsonb)\
      """;

  /// 100 inserts, 100 updates, 10 updates of a key, 5 deletes.
  private static final String CHANGES =
      """
      INSERT INTO item SELECT n, n * 1000000000::bigint, 'note ' || n, 'A', n % 2 = 0, n / 100.0, now(),
        current_date, now(), NULL, '{}' FROM generate_series(1, 100) n;
      UPDATE item SET note = repeat(note, 3);
      UPDATE item SET id = id + 1000 WHERE id <= 10;
      DELETE FROM item WHERE id BETWEEN 20 AND 24;\
      """;

  private static final int COUNT = 215;

  @Test
  void shouldReadAsManyChangesAsCaptureDoes(@TempDir Path data) throws Exception {
    try (var server = PostgresServer.start(PostgresSettings.in(data))) {
      var store =
          new PostgresAccess(server.url("postgres"), PostgresServer.USER, PostgresServer.PASSWORD);
      var engine = new CaptureNames("engine");
      var direct = new CaptureNames("direct");
      try (var connection =
              DriverManager.getConnection(store.url(), store.user(), store.password());
          var statement = connection.createStatement()) {
        statement.execute(ITEM);
        for (CaptureNames names : new CaptureNames[] {engine, direct}) {
          statement.execute("CREATE PUBLICATION " + names.publication() + " FOR TABLE item");
          statement.execute(
              "SELECT pg_create_logical_replication_slot('" + names.slot() + "', 'pgoutput')");
        }
        statement.execute(CHANGES);
      }
      try (var reading = new DirectReading(store, direct.slot(), TABLES, COUNT)) {
        await()
            .atMost(LONGEST)
            .until(() -> reading.changes() == COUNT || reading.failure() != null);
        assertThat(reading.failure()).isNull();
      }
      try (var drain = new LogDrain(store, engine, TABLES)) {
        await().atMost(LONGEST).until(() -> drain.changes() == COUNT || drain.failure() != null);
        assertThat(drain.failure()).isNull();
      }
    }
  }
}
