package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.postgres.TestPostgres;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Change;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Nothing of what is rolled back is captured: a transaction, a part of one behind a savepoint, or
/// a prepared one. What is prepared is captured when it is committed, behind what was committed
/// before.
class RolledBackTest {
  private static final TestPostgres POSTGRES =
      TestPostgres.start(Map.of("max_prepared_transactions", "4"));
  private static final CaptureNames NAMES = new CaptureNames(TestPlan.MIGRATION);

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void shouldCaptureWhatIsCommittedWhenItIsCommitted() throws SQLException {
    POSTGRES.execute(
        "CREATE TABLE v (id int PRIMARY KEY)",
        "CREATE PUBLICATION " + NAMES.publication() + " FOR TABLE v",
        "SELECT pg_create_logical_replication_slot('" + NAMES.slot() + "', 'pgoutput')");
    transaction("INSERT INTO v VALUES (1)", "ROLLBACK");
    transaction(
        "INSERT INTO v VALUES (2)",
        "SAVEPOINT a",
        "INSERT INTO v VALUES (3)",
        "SAVEPOINT b",
        "INSERT INTO v VALUES (4)",
        "ROLLBACK TO b",
        "INSERT INTO v VALUES (5)",
        "RELEASE a",
        "SAVEPOINT c",
        "INSERT INTO v VALUES (6)",
        "ROLLBACK TO c",
        "COMMIT");
    transaction("INSERT INTO v VALUES (7)", "PREPARE TRANSACTION 'kept'");
    transaction("INSERT INTO v VALUES (8)", "PREPARE TRANSACTION 'dropped'");
    POSTGRES.execute(
        "INSERT INTO v VALUES (9)",
        "ROLLBACK PREPARED 'dropped'",
        "COMMIT PREPARED 'kept'",
        "INSERT INTO v VALUES (10)");
    var outbox = new MemoryOutbox();
    try (var _ = outbox.capture(POSTGRES, TestPlan.of(1, new TableId("public", "v"), "id"))) {
      await().atMost(Duration.ofSeconds(60)).until(() -> captured(outbox).contains(10));
    }
    assertThat(captured(outbox)).containsExactly(2, 3, 5, 9, 7, 10);
  }

  private static List<Object> captured(MemoryOutbox outbox) {
    return outbox.records(0).stream()
        .filter(Change.class::isInstance)
        .map(Change.class::cast)
        .map(change -> Objects.requireNonNull(Objects.requireNonNull(change.after()).value("id")))
        .toList();
  }

  private static void transaction(String... statements) throws SQLException {
    try (var connection = POSTGRES.connect();
        var statement = connection.createStatement()) {
      statement.execute("BEGIN");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
