package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.jobs.JobStatus;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.operate.FindingsWatch;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.setup.Setup;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Backfills and verifications of a migration that runs, ordered as an operator does. Each test
/// leaves both stores equal.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class JobCommandsTest {
  private static final int ROWS = 2000;
  private MiniMigration mini;
  private Path directory;
  private MigrationRun run;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    mini = MiniMigration.start(temporary);
    mini.legacy(
        "INSERT INTO item SELECT i, 'label ' || i FROM generate_series(1, 2000) i", "ANALYZE item");
    Setup.run(mini.site());
    run = running();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> tandem("divergences", "--json").json().path("notCompared").isEmpty());
  }

  @AfterAll
  void stop() {
    run.close();
    mini.close();
  }

  private MigrationRun running() throws Exception {
    return running(EnumSet.allOf(Role.class));
  }

  private MigrationRun running(Set<Role> roles) throws Exception {
    var metrics = new PipelineMetrics(new SimpleMeterRegistry(), "mini");
    return MigrationRun.start(
        MigrationReader.read(mini.spec(), Map.of()),
        new MigrationRun.Settings(
            roles, directory.resolve("state"), new Health(), metrics, new LagRecorder()));
  }

  @Test
  void shouldWriteNothingToATargetThatIsEqual() throws Exception {
    JsonNode job = waited(0, "backfill", "start", "--why", "a drill");
    assertThat(job.path("state").asText()).isEqualTo("DONE");
    assertThat(job.path("why").asText()).isEqualTo("a drill");
    assertThat(job.path("progress").path("rows").asInt()).isEqualTo(ROWS);
    assertThat(job.path("progress").path("share").asDouble()).isEqualTo(1);
    assertThat(job.path("divergence").path("found").asInt()).isZero();
    awaitApplied();
    JsonNode later = tandem("backfill", "status", "--json").json();
    assertThat(later.path("blastRadius").path("targetWrites").asInt()).isZero();
    JsonNode jobs = tandem("status", "--json").json().path("jobs");
    assertThat(jobs.findValuesAsText("job")).contains(job.path("job").asText());
    assertThat(tandem("backfill", "list").out())
        .contains(job.path("job").asText())
        .contains("DONE")
        .contains("a drill");
  }

  @Test
  void shouldFindEqualStoresEqual() throws Exception {
    JsonNode job = waited(0, "verify", "start");
    assertThat(job.path("state").asText()).isEqualTo("DONE");
    assertThat(job.path("progress").path("rows").asInt()).isEqualTo(2 * ROWS);
    assertThat(job.path("divergence").path("found").asInt()).isZero();
    assertThat(job.path("blastRadius").path("targetWrites").asInt()).isZero();
  }

  /// People go on writing: what is on its way is no difference.
  @Test
  void shouldFindNothingWhileBothStoresAreWritten() throws Exception {
    var random = new Random(11);
    var goesOn = new AtomicBoolean(true);
    var writes = new AtomicInteger();
    var people =
        CompletableFuture.runAsync(
            () -> {
              while (goesOn.get()) {
                int no = 3000 + random.nextInt(200);
                try {
                  mini.legacy(
                      "INSERT INTO item VALUES (%d, 'new') ON CONFLICT (no) DO UPDATE SET txt = '%d'"
                          .formatted(no, writes.incrementAndGet()),
                      "UPDATE item SET txt = 'label ' || no WHERE no = " + random.nextInt(ROWS),
                      "DELETE FROM item WHERE no = " + (3000 + random.nextInt(200)));
                } catch (SQLException failure) {
                  throw new IllegalStateException(failure);
                }
              }
            });
    try {
      for (int i = 0; i < 2; i++) {
        JsonNode job = waited(0, "verify", "start", "--rate", "2000");
        assertThat(job.path("divergence").path("found").asInt()).isZero();
      }
    } finally {
      goesOn.set(false);
      people.join();
      mini.legacy("DELETE FROM item WHERE no >= 3000");
    }
    assertThat(writes.get()).isGreaterThan(20);
    awaitApplied();
    assertThat(tandem("divergences", "--open").code()).isZero();
  }

  /// Changes that nobody captures, since the publication lacks the table while they are made.
  @Test
  void shouldFindByAVerificationWhatNobodyCapturedAndHealTheLegacySideByABackfill()
      throws Exception {
    unseen(
        "legacy",
        "tandem_mini",
        "item",
        "UPDATE item SET txt = 'unseen' WHERE no = 1",
        "DELETE FROM item WHERE no = 2",
        "INSERT INTO item VALUES (9001, 'unseen')");
    unseen(
        "target",
        "tandem_mini_target",
        "new_item",
        "UPDATE new_item SET label = 'unseen' WHERE item_id = 3",
        "DELETE FROM new_item WHERE item_id = 4",
        "INSERT INTO new_item VALUES (9002, 'unseen')");
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () ->
                assertThat(tandem("divergences", "--open").out())
                    .contains("No divergence is open"));
    String before = content();
    JsonNode job = waited(1, "verify", "start");
    assertThat(content()).isEqualTo(before);
    assertThat(kinds(job))
        .containsOnly(
            Map.entry("1", "CAPTURE_LOSS"),
            Map.entry("2", "GHOST"),
            Map.entry("9001", "CAPTURE_LOSS"),
            Map.entry("3", "FIELD_MISMATCH"),
            Map.entry("4", "MISSING"),
            Map.entry("9002", "UNEXPECTED"));
    assertThat(job.path("divergence").path("byKind").path("CAPTURE_LOSS").asInt()).isEqualTo(2);
    assertThat(job.path("repairability").path("needsBackfill").asBoolean()).isTrue();
    Ended report = tandem("verify", "status");
    assertThat(report.code()).isEqualTo(1);
    assertThat(report.out())
        .contains("found MISSING 1")
        .contains("SELECT * FROM \"public\".\"new_item\" WHERE \"item_id\" = '3';")
        .contains("fix: tandem backfill")
        .contains("--domain items start");

    var told = new ConcurrentHashMap<String, Long>();
    Consumer<List<JobStatus>> shown =
        jobs -> jobs.forEach(each -> told.put(each.order().id(), each.findings().count()));
    try (var _ = FindingsWatch.start(MigrationReader.read(mini.spec(), Map.of()), shown)) {
      JsonNode enough = waited(1, "verify", "start", "--most-findings", "1", "--rate", "50");
      assertThat(enough.path("state").asText()).isEqualTo("CANCELLED");
      assertThat(enough.path("why").asText()).contains("enough");
      assertThat(told).as("what the metrics hear").containsKey(enough.path("job").asText());
    }

    JsonNode backfill = waited(0, "backfill", "start");
    assertThat(backfill.path("state").asText()).isEqualTo("DONE");
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> kinds(tandem("divergences", "--open", "--json").json()).size() == 3);
    assertThat(kinds(tandem("divergences", "--open", "--json").json()))
        .containsOnlyKeys("3", "4", "9002");
    assertThat(mini.query("target", "SELECT label FROM new_item WHERE item_id = 1"))
        .isEqualTo("unseen");
    assertThat(
            tandem("backfill", "status", "--json")
                .json()
                .path("blastRadius")
                .path("targetWrites")
                .asInt())
        .isEqualTo(3);
    mini.target(
        "UPDATE new_item SET label = 'label 3' WHERE item_id = 3",
        "INSERT INTO new_item VALUES (4, 'label 4')",
        "DELETE FROM new_item WHERE item_id = 9002");
    mini.legacy(
        "DELETE FROM item WHERE no = 9001",
        "INSERT INTO item VALUES (2, 'label 2')",
        "UPDATE item SET txt = 'label 1' WHERE no = 1");
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> tandem("divergences", "--open").code() == 0);
    awaitApplied();
  }

  @Test
  void shouldPauseWithinASecondOutliveTheProgramAndGoOnWhereItWas() throws Exception {
    ordered("backfill", "start", "--job", "slow", "--rate", "200", "--lanes", "1");
    Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> rows("slow") >= 100);
    ordered("backfill", "pause", "--job", "slow", "--why", "lunch");
    Awaitility.await().until(() -> sweep("slow").path("phase").asText().equals("STOPPED"));
    int rows = rows("slow");
    assertThat(rows).isBetween(100, ROWS - 1);
    JsonNode status = tandem("backfill", "status", "--job", "slow", "--json").json();
    assertThat(Duration.between(moment(status.path("orderedAt")), moment(sweep("slow").path("at"))))
        .as("a second; twice that where the machine is slow")
        .isLessThan(Duration.ofSeconds(2));
    assertThat(status.path("state").asText()).isEqualTo("PAUSED");
    assertThat(status.path("reason").asText()).isEqualTo("lunch");
    run.close();
    run = running();
    assertThat(rows("slow")).isEqualTo(rows);
    JsonNode done = waited(0, "backfill", "resume", "--job", "slow", "--rate", "100000");
    assertThat(done.path("progress").path("rows").asInt()).isEqualTo(ROWS);
    assertThat(status.path("begun")).isEqualTo(done.path("begun"));
  }

  /// The program is killed without warning in the middle of a job; another one goes on there, and
  /// no row stands in the outbox twice.
  @Test
  void shouldGoOnWhereItWasAfterAKillWithoutWarning() throws Exception {
    run.close();
    run = running(EnumSet.complementOf(EnumSet.of(Role.CAPTURE)));
    Process killed = capture();
    try {
      ordered("backfill", "start", "--job", "killed", "--rate", "300", "--lanes", "1");
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rows("killed") >= 300);
    } finally {
      killed.destroyForcibly().waitFor();
      run.close();
      run = running();
    }
    int rows = rows("killed");
    assertThat(rows).isLessThan(ROWS);
    JsonNode done = waited(0, "backfill", "resume", "--job", "killed", "--rate", "100000");
    assertThat(done.path("progress").path("rows").asInt()).isEqualTo(ROWS);
    assertThat(swept(moment(done.path("begun")))).doesNotHaveDuplicates().hasSize(ROWS);
    awaitApplied();
  }

  /// `tandem run --roles capture` in a process of its own.
  private Process capture() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx768m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.tandem.program.Tandem",
            "run",
            mini.spec().toString(),
            "--roles",
            "capture",
            "--state",
            directory.resolve("killed").toString(),
            "--listen",
            "127.0.0.1:0")
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("killed.log").toFile())
        .start();
  }

  /// The key of each row that was swept since a moment, as often as it stands in the outbox.
  private List<Object> swept(Instant since) throws Exception {
    var decoder = new OutboxDecoder(mini.site().registry());
    var keys = new ArrayList<Object>();
    Map<String, Object> kafka = Map.of("bootstrap.servers", mini.bootstrapServers());
    try (var replay = TopicReplay.since(kafka, "mini.items.outbox", since)) {
      replay.toEnd(
          record -> {
            if (decoder.decode(record.value()) instanceof OutboxRecord.Swept swept) {
              keys.add(Objects.requireNonNull(swept.row().value("no")));
            }
          });
    }
    return keys;
  }

  /// A target that takes nothing: what waits to be applied grows, the job waits with it, says why,
  /// and goes on when the target does.
  @Test
  void shouldWaitByItselfWhileTheTargetDoesNotTakeWhatIsReadAndGoOnByItself() throws Exception {
    awaitApplied();
    try (var blocking = mini.connect("target");
        var statement = blocking.createStatement()) {
      blocking.setAutoCommit(false);
      statement.execute("LOCK TABLE tandem.checkpoint IN EXCLUSIVE MODE");
      waits(
          "held",
          "tandem.jobs.backlog=300",
          "public.item: of mini.items.outbox not yet applied",
          blocking::rollback);
    }
  }

  /// Its disk is full, or it has become slow: each row that is written meets it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'",
        "PERFORM pg_sleep(0.05)"
      })
  void shouldWaitByItselfWhileTheTargetCanHardlyWriteAndGoOnByItself(String what) throws Exception {
    awaitApplied();
    unseen("legacy", "tandem_mini", "item", "UPDATE item SET txt = txt || '!'");
    mini.target(
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            + what
            + "; RETURN NEW; END $$",
        "CREATE TRIGGER trouble BEFORE INSERT OR UPDATE ON new_item FOR EACH ROW"
            + " EXECUTE FUNCTION trouble()");
    waits(
        "trouble-" + what.length(),
        "tandem.jobs.backlog=300",
        "public.item: of mini.items.outbox not yet applied",
        () -> mini.target("DROP FUNCTION trouble CASCADE"));
    awaitApplied();
    assertThat(mini.query("target", "SELECT count(*) FROM new_item WHERE label LIKE '%!'"))
        .isEqualTo(String.valueOf(ROWS));
    mini.legacy("UPDATE item SET txt = rtrim(txt, '!')");
    awaitApplied();
  }

  /// A transaction that is open for long keeps the slot where it is.
  @Test
  void shouldWaitByItselfWhileTheSlotRetainsTooMuchAndGoOnByItself() throws Exception {
    awaitApplied();
    try (var open = mini.connect("legacy");
        var statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("INSERT INTO item VALUES (7001, 'not yet')");
      mini.legacy(
          "SELECT pg_switch_wal()",
          "SELECT count(pg_logical_emit_message(false, 'other', repeat('x', 1000000)))"
              + " FROM generate_series(1, 30)");
      waits(
          "retained",
          "tandem.jobs.retained-mb=8",
          "public.item: log retained by slot tandem_mini",
          () -> {
            open.rollback();
            // The server notes it, and the slot follows, with the next of what it writes.
            mini.legacy("CHECKPOINT");
          });
    }
  }

  private interface Relief {
    void come() throws Exception;
  }

  /// Starts a backfill that has to wait for a reason, and to come to its end once that is gone.
  ///
  /// @param budget the system property, and what it is set to
  private void waits(String job, String budget, String reason, Relief relief) throws Exception {
    String property = budget.substring(0, budget.indexOf('='));
    System.setProperty(property, budget.substring(property.length() + 1));
    boolean relieved = false;
    try {
      // Slow enough that what waits is measured before all is read, also on a slow machine.
      ordered("backfill", "start", "--job", job, "--rate", "300", "--lanes", "1");
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(
              () ->
                  assertThat(tandem("backfill", "status", "--job", job).out())
                      .contains("THROTTLED (" + reason));
      assertThat(rows(job)).isLessThan(ROWS);
      assertThat(tandem("status").out()).contains("job " + job).contains("THROTTLED");
      relieved = true;
      relief.come();
      JsonNode done = waited(0, "backfill", "status", "--job", job);
      assertThat(done.path("state").asText()).isEqualTo("DONE");
    } finally {
      System.clearProperty(property);
      if (!relieved) {
        relief.come(); // What failed here is not to fail all that comes after.
      }
    }
  }

  @Test
  void shouldReadOnlyWhatIsMeant() throws Exception {
    assertThat(rows(waited(0, "backfill", "start", "--where", "no <= 10 AND txt LIKE 'label%'")))
        .isEqualTo(10);
    assertThat(rows(waited(0, "backfill", "start", "--keys", "17, 18"))).isEqualTo(2);
    JsonNode missed = waited(3, "backfill", "start", "--keys", "17,18,99999");
    assertThat(rows(missed)).isEqualTo(2);
    assertThat(missed.path("reason").asText()).contains("expected 3 rows");
    assertThat(rows(waited(0, "verify", "start", "--sample", "10%"))).isBetween(200, 600);
  }

  @Test
  void shouldSayBeforehandWhatItWouldCost() throws Exception {
    Ended plan = tandem("verify", "start", "--plan");
    assertThat(plan.code()).isZero();
    assertThat(plan.out())
        .contains("legacy public.item")
        .contains("about 2,000 rows")
        .contains("blast radius: 100.0 % of the domain's 2,000 legacy rows; target writes: none");
    JsonNode part = tandem("backfill", "start", "--plan", "--where", "no <= 100", "--json").json();
    assertThat(part.path("rows").asInt()).isBetween(50, 200);
    assertThat(part.path("tables").path(0).path("whole").asBoolean()).isFalse();
    assertThat(tandem("verify", "list").out()).doesNotContain(part.path("job").asText());
  }

  @Test
  void shouldRefuseWhatCannotBeRead() throws Exception {
    Ended wrong = tandem("backfill", "start", "--where", "nmae = 'x'");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("column \"nmae\" does not exist");
    assertThat(tandem("backfill", "start", "--where", "true; DROP TABLE item").code()).isEqualTo(2);
    assertThat(tandem("backfill", "start", "--tenant", "t1").err()).contains("declares no tenant");
    assertThat(tandem("backfill", "start", "--entity", "Itm").err())
        .contains("did you mean 'Item'?");
    assertThat(tandem("verify", "status", "--job", "nobody").code()).isEqualTo(2);
    assertThat(mini.query("legacy", "SELECT count(*) FROM item")).isEqualTo("2000");
  }

  @Test
  void shouldEndWithThreeWhereItDidNotComeToItsEnd() throws Exception {
    JsonNode late = waited(3, "verify", "start", "--rate", "100", "--within", "2s");
    assertThat(late.path("state").asText()).isEqualTo("FAILED");
    assertThat(late.path("reason").asText()).contains("expected it to end by");
  }

  private void unseen(String store, String publication, String table, String... changes)
      throws Exception {
    var all = new ArrayList<String>();
    all.add("ALTER PUBLICATION " + publication + " DROP TABLE " + table);
    all.addAll(List.of(changes));
    all.add("ALTER PUBLICATION " + publication + " ADD TABLE " + table);
    if (store.equals("legacy")) {
      mini.legacy(all.toArray(String[]::new));
    } else {
      mini.target(all.toArray(String[]::new));
    }
  }

  private String content() throws Exception {
    return mini.query(
        "target", "SELECT md5(string_agg(t::text || xmin, ',' ORDER BY item_id)) FROM new_item t");
  }

  /// Kind by key of what is open.
  private static Map<String, String> kinds(JsonNode report) {
    var kinds = new java.util.TreeMap<String, String>();
    for (JsonNode event : report.path("divergences")) {
      kinds.put(event.path("key").path("itemId").asText(), event.path("kind").asText());
    }
    return kinds;
  }

  private void awaitApplied() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .until(
            () ->
                tandem("status", "--json").json().path("domains").path(0).path("pending").asInt()
                    == 0);
  }

  private int rows(String job) throws Exception {
    return rows(tandem("backfill", "status", "--job", job, "--json").json());
  }

  private static int rows(JsonNode job) {
    return job.path("progress").path("rows").asInt();
  }

  private JsonNode sweep(String job) throws Exception {
    JsonNode status = tandem("backfill", "status", "--job", job, "--json").json();
    return status.path("progress").path("sweeps").path(0);
  }

  private static Instant moment(JsonNode text) {
    return Instant.parse(text.asText());
  }

  private void ordered(String... arguments) throws Exception {
    Ended ended = tandem(arguments);
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  /// A job followed to its end, which has to be with this code.
  private JsonNode waited(int code, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--wait");
    all.add("--json");
    Ended ended = tandem(all.toArray(String[]::new));
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(code);
    return ended.json();
  }

  /// A command of this migration; of a job, of its domain.
  private Ended tandem(String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.add(1, mini.spec().toString());
    if (arguments[0].equals("backfill") || arguments[0].equals("verify")) {
      all.addAll(List.of("--domain", "items"));
    }
    return Ended.of(all.toArray(String[]::new));
  }
}
