package dev.tandem.capture;

import static dev.tandem.capture.TestTable.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.table.TableId;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogEngineTest {
  @Test
  void shouldHaveTheServerGiveUpASilentConnectionWithinTwentySeconds() {
    assertThat(options("")).isEqualTo("-c wal_sender_timeout=20s");
    assertThat(options("?options=-c%20work_mem=8MB"))
        .isEqualTo("-c wal_sender_timeout=20s -c work_mem=8MB");
  }

  @Test
  void shouldLeaveItToWhoeverSaysItInTheUrl() {
    assertThat(options("?options=-c%20wal_sender_timeout=90s"))
        .isEqualTo("-c wal_sender_timeout=90s");
  }

  /// For as long as the process lives nobody else could read it, not even itself.
  @Test
  void shouldLeaveTheSlotToOthersThoughItsStopIsInterrupted() throws Exception {
    var names = new CaptureNames("shop");
    try (var postgres = TestPostgres.start()) {
      postgres.execute(
          "CREATE TABLE t (id int PRIMARY KEY)",
          "CREATE PUBLICATION " + names.publication() + " FOR TABLE t",
          "SELECT pg_create_logical_replication_slot('" + names.slot() + "', 'pgoutput')");
      var access = new PostgresAccess(postgres.url(), "postgres", "");
      for (int i = 0; i < 3; i++) {
        var engine =
            new LogEngine(
                access, names, Set.of(new TableId("public", "t")), events -> events.size() - 1);
        engine.start();
        until(() -> readers(postgres).equals("1"));
        Thread closing = Thread.ofPlatform().start(engine::close);
        while (!closing.join(Duration.ofMillis(1))) {
          closing.interrupt();
        }
        until(() -> readers(postgres).equals("0"));
      }
    }
  }

  private static String readers(TestPostgres postgres) {
    return postgres.query("SELECT count(*) FROM pg_replication_slots WHERE active");
  }

  private static String options(String parameters) {
    var access = new PostgresAccess("jdbc:postgresql://h:5432/shop" + parameters, "u", "p");
    return LogEngine.properties(access, new CaptureNames("shop"), Set.of())
        .getProperty("driver.options");
  }
}
