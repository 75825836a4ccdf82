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
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// Sweeps that read a standby of the legacy store, a real one, while the primary is written to.
/// Both servers write every statement into their logs.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class ReplicaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 3000;

  /// Of these rows none is deleted, so whoever reads all has read at least as many.
  private static final int KEPT = 2700;

  private static final Pattern SWEEP = Pattern.compile("COPY \\(SELECT[^\\n]*\"item\"");
  private Path directory;
  private MiniMigration mini;
  private PostgresServer standby;
  private Path spec;
  private MigrationRun run;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    mini = MiniMigration.start(temporary);
    mini.legacy(
        "INSERT INTO item SELECT i, 'label ' || i FROM generate_series(1, " + ROWS + ") i",
        "ANALYZE item",
        "ALTER SYSTEM SET log_statement = 'all'",
        "SELECT pg_reload_conf()");
    standby = standby();
    String text = Files.readString(mini.spec());
    spec =
        Files.writeString(
            directory.resolve("replica.yaml"),
            text.replaceFirst(
                "(legacy: \\{ .*) \\}", "$1, replica: { url: \"" + standby.url() + "\" } }"));
    assertThat(Files.readString(spec)).contains("replica:");
    run =
        MigrationRun.start(
            MigrationReader.read(spec, Map.of()),
            new MigrationRun.Settings(
                EnumSet.allOf(Role.class),
                directory.resolve("state"),
                new Health(),
                new PipelineMetrics(new SimpleMeterRegistry(), "mini"),
                new LagRecorder()));
  }

  @AfterAll
  void stop() {
    run.close();
    standby.close();
    mini.close();
  }

  /// A copy of the primary's directory that goes on by streaming.
  private PostgresServer standby() throws Exception {
    Path primary = directory.resolve("postgres");
    Path home = Files.createDirectory(directory.resolve("standby"));
    Files.setOwner(home, Files.getOwner(primary.resolve("data")));
    Files.setPosixFilePermissions(home, Files.getPosixFilePermissions(primary.resolve("data")));
    Path data = home.resolve("data");
    String port = mini.query("legacy", "SHOW port");
    mini.legacy("SELECT pg_create_physical_replication_slot('standby', true)");
    try (var connection = mini.connect("legacy");
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('standby', true)");
      copy(primary.resolve("data"), data);
      try (var rows = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        rows.next();
        Files.writeString(data.resolve("backup_label"), rows.getString(1));
      }
    }
    Files.writeString(data.resolve("standby.signal"), "");
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        """
        log_statement = 'all'
        primary_slot_name = 'standby'
        primary_conninfo = 'host=127.0.0.1 port=%s user=%s password=%s'
        """
            .formatted(port, PostgresServer.USER, PostgresServer.PASSWORD));
    return PostgresServer.start(
        PostgresSettings.in(home)
            .withDatabase("legacy")
            .withParameters(Map.of("hot_standby_feedback", "on")));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = from.relativize(file);
        boolean own =
            relative.startsWith("pg_replslot") && relative.getNameCount() > 1
                || relative.startsWith("postmaster.pid");
        if (!own && Files.exists(file)) {
          Path copy = to.resolve(relative);
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
          Files.setOwner(copy, Files.getOwner(file));
        }
      }
    }
  }

  @Test
  void shouldLoadBackfillAndVerifyFromTheStandbyWhileThePrimaryIsWritten() throws Exception {
    var goesOn = new AtomicBoolean(true);
    var people = CompletableFuture.runAsync(() -> write(goesOn));
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> json("divergences", "--json").path("notCompared").isEmpty());
      JsonNode verified = waited("verify");
      assertThat(verified.path("divergence").path("found").asInt()).isZero();
      assertThat(verified.path("progress").path("rows").asInt()).isGreaterThanOrEqualTo(KEPT);
      JsonNode filled = waited("backfill");
      assertThat(filled.path("progress").path("rows").asInt()).isGreaterThanOrEqualTo(KEPT);
    } finally {
      goesOn.set(false);
      people.join();
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(300))
        .until(() -> json("status", "--json").path("domains").path(0).path("pending").asInt() == 0);
    assertThat(mini.query("target", content("item_id || label", "new_item", "item_id")))
        .isEqualTo(mini.query("legacy", content("no || txt", "item", "no")));
    assertThat(tandem("divergences", "--open").code()).isZero();
    assertThat(sweeps("postgres")).as("pages read from the primary").isZero();
    assertThat(sweeps("standby")).as("pages read from the standby").isGreaterThanOrEqualTo(3);
  }

  @Test
  void shouldSayWhetherTheReplicaCanBeRead() throws Exception {
    assertThat(tandem("doctor").out())
        .contains("legacy.replica")
        .contains("a standby")
        .contains("hot_standby_feedback is on");
    Path primary =
        Files.writeString(
            directory.resolve("primary.yaml"),
            Files.readString(spec)
                .replace(
                    standby.url(),
                    standby
                        .url()
                        .replace(":" + standby.port(), ":" + mini.query("legacy", "SHOW port"))));
    Ended wrong = ended(List.of("doctor", primary.toString()));
    assertThat(wrong.out()).contains("expected a standby, found a server that is not in recovery");
    assertThat(wrong.code()).isEqualTo(1);
  }

  private void write(AtomicBoolean goesOn) {
    var random = new Random(3);
    int writes = 0;
    while (goesOn.get()) {
      int no = ROWS + random.nextInt(200);
      try {
        mini.legacy(
            "INSERT INTO item VALUES (%d, 'new') ON CONFLICT (no) DO UPDATE SET txt = '%d'"
                .formatted(no, writes++),
            "UPDATE item SET txt = 'label " + writes + "' WHERE no = " + random.nextInt(ROWS),
            "DELETE FROM item WHERE no = " + (KEPT + 1 + random.nextInt(ROWS + 199 - KEPT)));
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  private static String content(String columns, String table, String key) {
    return "SELECT md5(string_agg(" + columns + ", ',' ORDER BY " + key + ")) FROM " + table;
  }

  private long sweeps(String server) throws IOException {
    String log = Files.readString(directory.resolve(server).resolve("postgres.log"));
    return SWEEP.matcher(log).results().count();
  }

  private JsonNode waited(String kind) throws Exception {
    Ended ended = tandem(kind, "start", "--domain", "items", "--wait", "--json");
    assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    return JSON.readTree(ended.out());
  }

  private JsonNode json(String... arguments) throws Exception {
    return JSON.readTree(tandem(arguments).out());
  }

  private Ended tandem(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add(1, spec.toString());
    return ended(all);
  }

  private static Ended ended(List<String> arguments) {
    return Ended.of(arguments.toArray(String[]::new));
  }
}
