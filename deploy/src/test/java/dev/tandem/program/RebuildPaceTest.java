package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.setup.Setup;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// A rebuild that is paused, slowed and let go on, by an operator and by itself. Each test leaves
/// one generation.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class RebuildPaceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG = Duration.ofSeconds(90);
  private static final int ROWS = 600;

  private MiniMigration mini;
  private Path directory;
  private Health health;
  private MigrationRun run;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    mini = MiniMigration.start(temporary);
    mini.legacy("INSERT INTO item SELECT i, 'label ' || i FROM generate_series(1, 600) i");
    Setup.run(mini.site());
    run = running();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> json("divergences", "--json").path("notCompared").isEmpty());
  }

  @AfterAll
  void stop() {
    run.close();
    mini.close();
  }

  private MigrationRun running() throws Exception {
    health = new Health();
    return MigrationRun.start(
        MigrationReader.read(mini.spec(), Map.of()),
        new MigrationRun.Settings(
            EnumSet.allOf(Role.class),
            directory.resolve("state"),
            health,
            new PipelineMetrics(new SimpleMeterRegistry(), "mini"),
            new LagRecorder()));
  }

  @Test
  void shouldStandStillWhileItIsPausedAlsoAfterARestartAndBePromotedWhenItGoesOn()
      throws Exception {
    assertThat(rebuild("pause").err())
        .contains("expected a generation of items that is being built", "found generation 1");
    int number = started("--rate", "20");
    Awaitility.await().atMost(LONG).until(() -> rows(number) > 10);
    assertThat(pace(number).path("rate").asInt()).isEqualTo(20);
    assertThat(rebuild("pause", "--why", "month end").out())
        .contains("PAUSE ordered for generation " + number + " of items");
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(5))
        .until(new Still(number)::isStill);
    long standing = rows(number);
    assertThat(standing).isLessThan(ROWS);
    JsonNode paused = pace(number);
    assertThat(paused.path("state").asText()).isEqualTo("PAUSED");
    assertThat(paused.path("reason").asText()).isEqualTo("month end");
    assertThat(paused.path("by").asText()).isEqualTo(System.getProperty("user.name"));
    assertThat(rebuild("status").out())
        .contains("paused by " + System.getProperty("user.name") + ": month end");

    long epochs = epochs(number);
    run.close();
    run = running();
    Awaitility.await().atMost(LONG).until(() -> epochs(number) == epochs + 2 && health.isReady());
    mini.legacy("UPDATE item SET txt = 'later' WHERE no = 1");
    Awaitility.await()
        .atMost(LONG)
        .until(
            () ->
                mini.query("target", "SELECT label FROM new_item WHERE item_id = 1")
                    .equals("later"));
    Awaitility.await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> rows(number) == standing);
    Ended refused = rebuild("promote", "--wait");
    assertThat(refused.code()).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    assertThat(refused.err()).contains("found it paused by", "resume --domain items");

    assertThat(rebuild("resume", "--rate", "0").code()).isZero();
    assertThat(rebuild("promote", "--wait").out()).contains("generation " + number + " of items");
    assertThat(mini.query("target", "SELECT count(*) FROM new_item")).isEqualTo("" + ROWS);
    Ended promoted = rebuild("pause");
    assertThat(promoted.code()).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    assertThat(promoted.err())
        .contains("found generation " + number + " of items: LIVE")
        .contains("of items: KEPT");
    assertThat(rebuild("resume").code()).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    Ended cleaned = rebuild("cleanup");
    assertThat(cleaned.code()).as(cleaned.out() + cleaned.err()).isZero();
  }

  @Test
  void shouldGiveWayWhileChangesQueueBeforeTheLiveTablesAndSayWhy() throws Exception {
    int number;
    System.setProperty("tandem.jobs.backlog", "3");
    try (var lock = mini.connect("target");
        var statement = lock.createStatement()) {
      number = started("--rate", "20");
      Awaitility.await().atMost(LONG).until(() -> rows(number) > 0);
      lock.setAutoCommit(false);
      statement.execute("LOCK TABLE public.new_item IN EXCLUSIVE MODE");
      mini.legacy("UPDATE item SET txt = txt || '!' WHERE no BETWEEN 100 AND 150");
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                JsonNode pace = pace(number);
                assertThat(pace.path("state").asText()).isEqualTo("HELD");
                assertThat(pace.path("reason").asText())
                    .contains("of mini.items.outbox not yet applied to the target:")
                    .contains("of a budget of 3 records");
              });
      assertThat(rebuild("status").out()).contains("gives way, and waits: ");
      Awaitility.await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofMinutes(1))
          .until(new Still(number)::isStill);
      assertThat(rows(number)).isLessThan(ROWS);
      lock.rollback();
    } finally {
      System.clearProperty("tandem.jobs.backlog");
    }
    rebuild("resume", "--rate", "0");
    Awaitility.await().atMost(LONG).until(() -> rows(number) == ROWS);
    Awaitility.await()
        .atMost(LONG)
        .until(() -> pace(number).path("state").asText().equals("RUNNING"));
    assertThat(rebuild("cancel").code()).isZero();
    Ended cancelled = rebuild("pause");
    assertThat(cancelled.code()).isEqualTo(ExitCode.CRITERIA_NOT_MET);
    assertThat(cancelled.err()).contains("found generation " + number + " of items: CANCELLED");
    assertThat(rebuild("cleanup").code()).isZero();
  }

  /// A function that is found before the server's own makes what is measured slow.
  @Test
  void shouldGiveWayWhileTheTargetIsSlowToCommit() throws Exception {
    mini.target(
        """
        CREATE FUNCTION public.pg_logical_emit_message(boolean, text, text) RETURNS pg_lsn
        LANGUAGE plpgsql AS $$ BEGIN
          IF $3 = 'pace' THEN PERFORM pg_sleep(1.5); END IF;
          RETURN pg_catalog.pg_logical_emit_message($1, $2, $3);
        END $$""",
        "ALTER DATABASE target SET search_path = public, pg_catalog");
    try {
      int number = started();
      Awaitility.await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(pace(number).path("reason").asText())
                      .matches("commit in the target: 1,[0-9]{3} ms of a budget of 1,000 ms"));
      assertThat(rows(number)).isZero();
      mini.target("ALTER DATABASE target RESET search_path");
      Awaitility.await().atMost(LONG).until(() -> rows(number) == ROWS);
      assertThat(rebuild("cancel").code()).isZero();
      assertThat(rebuild("cleanup").code()).isZero();
    } finally {
      mini.target(
          "ALTER DATABASE target RESET search_path",
          "DROP FUNCTION public.pg_logical_emit_message(boolean, text, text)");
    }
  }

  @Test
  void shouldSayWhatARateGoesWith() throws Exception {
    assertThat(rebuild("pause", "--rate", "5").err())
        .contains("--rate: only with start and resume");
    assertThat(rebuild("start", "--rate", "-5").err()).contains("--rate: expected a number from 0");
  }

  /// Whether the rows beside stay as many as they were when it was last asked.
  private final class Still {
    private final int number;
    private long before = -1;

    Still(int number) {
      this.number = number;
    }

    boolean isStill() throws SQLException {
      long last = before;
      before = rows(number);
      return last == before;
    }
  }

  private int started(String... more) throws Exception {
    Ended started = rebuild("start", more);
    assertThat(started.code()).as(started.err()).isZero();
    JsonNode generations = json("rebuild", "status", "--domain", "items", "--json");
    return generations.at("/generations").findValues("generation").getLast().asInt();
  }

  private JsonNode pace(int number) throws Exception {
    for (JsonNode each :
        json("rebuild", "status", "--domain", "items", "--json").path("generations")) {
      if (each.path("generation").asInt() == number) {
        return each.path("pace");
      }
    }
    throw new AssertionError("no generation " + number);
  }

  private long rows(int number) throws SQLException {
    return Long.parseLong(
        mini.query("target", "SELECT count(*) FROM tandem_mini_items_" + number + ".new_item"));
  }

  /// Of both partitions, which grow where they are taken over.
  private long epochs(int number) throws SQLException {
    return Long.parseLong(
        mini.query(
            "target", "SELECT sum(epoch) FROM tandem.checkpoint WHERE generation = " + number));
  }

  private Ended rebuild(String action, String... more) throws Exception {
    var words = new ArrayList<>(List.of("rebuild", action, "--domain", "items"));
    words.addAll(List.of(more));
    return tandem(words.toArray(String[]::new));
  }

  private JsonNode json(String... words) throws Exception {
    return JSON.readTree(tandem(words).out());
  }

  private Ended tandem(String... arguments) throws Exception {
    return Ended.of(mini.spec(), arguments);
  }
}
