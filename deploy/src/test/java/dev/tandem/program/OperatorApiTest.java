package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.api.ApiServer;
import dev.tandem.ledger.DurableRecord;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.setup.Setup;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import dev.tandem.wire.DeadLetters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's API over a migration that runs. Each test leaves both stores equal.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class OperatorApiTest {
  /// However slow the machine is.
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HTTP =
      """
      http:
        tokens:
          - { name: grafana, role: viewer, token: "${VIEWER_TOKEN}" }
          - { name: anna, role: operator, token: "${OPERATOR_TOKEN}" }
          - { name: boss, role: admin, token: "${ADMIN_TOKEN}" }
      """;
  private static final String INVARIANTS =
      """
          invariants:
            items:
              key: 1
              legacy: SELECT no, txt FROM item
              target: SELECT item_id, label FROM new_item
            one-too-many:
              legacy: SELECT count(*) FROM item
              target: SELECT count(*) + 1 FROM new_item
          sunset:
      """;
  private static final Map<String, String> TOKENS =
      Map.of(
          "VIEWER_TOKEN", "token-of-the-viewer-0001",
          "OPERATOR_TOKEN", "token-of-the-operator-01",
          "ADMIN_TOKEN", "token-of-the-admin-00001");

  private final HttpClient client = HttpClient.newHttpClient();
  private MiniMigration mini;
  private Path directory;
  private Path spec;
  private MigrationRun run;
  private ApiServer server;

  private record Answered(int status, JsonNode body, String location) {}

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    mini = MiniMigration.start(temporary);
    mini.legacy(
        "INSERT INTO item SELECT i, 'label ' || i FROM generate_series(1, 500) i", "ANALYZE item");
    Setup.run(mini.site());
    spec = directory.resolve("with-http.yaml");
    Files.writeString(spec, withInvariants() + HTTP);
    Migration migration = MigrationReader.read(spec, TOKENS);
    var meters = new SimpleMeterRegistry();
    run =
        MigrationRun.start(
            migration,
            new MigrationRun.Settings(
                EnumSet.allOf(Role.class),
                directory.resolve("state"),
                new Health(),
                new PipelineMetrics(meters, "mini"),
                new LagRecorder()));
    server =
        ApiServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), migration, meters);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> get("/v1/divergences").body().path("notCompared").isEmpty());
  }

  private String withInvariants() throws Exception {
    String text = Files.readString(mini.spec());
    assertThat(text).contains("    sunset:\n");
    return text.replace("    sunset:\n", INVARIANTS);
  }

  @AfterAll
  void stop() {
    server.close();
    run.close();
    mini.close();
    client.close();
  }

  @Test
  void shouldAnswerAsTheCommandLineDoes() throws Exception {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> get("/v1/status").body().at("/domains/0/pending").asInt(-1) == 0);
    JsonNode status = get("/v1/status").body();
    assertThat(status.path("migration").asText()).isEqualTo("mini");
    assertThat(status.at("/domains/0/domain").asText()).isEqualTo("items");
    assertThat(names(status)).isEqualTo(names(tandem("status", "--json")));
    assertThat(names(get("/v1/lag").body())).isEqualTo(names(tandem("lag", "--json")));
    assertThat(names(get("/v1/dead-letters").body()))
        .isEqualTo(names(tandem("dead-letters", "--json")));
    assertThat(get("/v1/contracts").body()).isEqualTo(contracts());
    JsonNode use = get("/v1/contracts/consumers").body();
    assertThat(use.at("/skew/entities/0/domain").asText()).isEqualTo("items");
    assertThat(names(use)).isEqualTo(names(tandem("contracts", "consumers", "--json")));
    assertThat(names(get("/v1/divergences?open=true").body()))
        .isEqualTo(names(tandem("divergences", "--open", "--json")));
    JsonNode generations = get("/v1/generations?domain=items").body().at("/domains/0");
    assertThat(names(generations))
        .isEqualTo(names(tandem("rebuild", "status", "--domain", "items", "--json")));
  }

  @Test
  void shouldStartAVerificationAndShowThatItIsDone() throws Exception {
    Answered started = post("OPERATOR", "/v1/jobs", job("verify").put("job", "nightly"));
    assertThat(started.status()).as(started.body().toString()).isEqualTo(202);
    assertThat(started.location()).isEqualTo("/v1/jobs/nightly");
    assertThat(started.body().path("by").asText()).isEqualTo("anna");
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> get(started.location()).body().path("state").asText().equals("DONE"));
    JsonNode done = get(started.location()).body();
    assertThat(done.at("/progress/rows").asInt())
        .as("of both stores")
        .isEqualTo(2 * Integer.parseInt(mini.query("legacy", "SELECT count(*) FROM item")));
    assertThat(done.at("/divergence/found").asInt()).isZero();
    assertThat(done.path("why").asText()).isEqualTo("a drill");
    assertThat(get("/v1/jobs?kind=verify").body().path("jobs").findValuesAsText("job"))
        .contains("nightly");
    Answered again = post("OPERATOR", "/v1/jobs", job("verify").put("job", "nightly"));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.body().path("detail").asText())
        .isEqualTo("job: there is a job nightly already; RESUME goes on with it");
  }

  @Test
  void shouldCompareInvariantsAsTheCommandDoesAndWriteDownWhatCameOfIt() throws Exception {
    ObjectNode asked = job("verify").put("invariants", true).put("hold", "20s");
    assertThat(post("VIEWER", "/v1/jobs", asked).status()).isEqualTo(403);
    Answered answered = post("OPERATOR", "/v1/jobs", asked);
    assertThat(answered.status()).as(answered.body().toString()).isEqualTo(200);
    JsonNode report = answered.body();
    assertThat(report.path("aligned").asBoolean()).as(report.toString()).isTrue();
    assertThat(report.path("equal").asBoolean()).isFalse();
    assertThat(report.at("/compared/0/equal").asBoolean()).isTrue();
    assertThat(report.at("/compared/1/invariant").asText()).isEqualTo("one-too-many");
    assertThat(report.at("/compared/1/differences").asInt()).isPositive();
    Path alone = Files.writeString(directory.resolve("alone.yaml"), withInvariants());
    assertThat(names(report))
        .isEqualTo(
            names(tandem(alone, "verify", "start", "--domain", "items", "--invariants", "--json")));
    List<String> actions = new ArrayList<>();
    for (JsonNode action : get("/v1/actions").body().path("actions")) {
      if (action.path("by").asText().equals("anna")
          && action.path("detail").asText().startsWith("1 of 2 equal; apply stood for ")) {
        actions.add(action.path("what").asText() + " " + action.path("outcome").asText());
      }
    }
    assertThat(actions).containsExactlyInAnyOrder("jobs.start DONE", "invariants.compare DONE");
  }

  @Test
  void shouldRefuseInvariantsWithWhatIsOfJobs() throws Exception {
    ObjectNode asked = job("verify").put("invariants", true);
    assertThat(detail(asked.deepCopy().put("entity", "Item").put("plan", true)))
        .contains("they are of the whole domain and no job: leave entity, plan out");
    assertThat(detail(asked.deepCopy().put("kind", "backfill"))).contains("expected kind verify");
    assertThat(detail(asked.deepCopy().put("hold", "11m"))).contains("hold: expected more than 0s");
    assertThat(detail(job("verify").put("hold", "5s"))).contains("hold: goes with invariants");
  }

  private String detail(ObjectNode asked) throws Exception {
    Answered refused = post("OPERATOR", "/v1/jobs", asked);
    assertThat(refused.status()).isEqualTo(400);
    return refused.body().path("detail").asText();
  }

  @Test
  void shouldPauseResumeAndCancelAJob() throws Exception {
    post(
        "OPERATOR", "/v1/jobs", job("backfill").put("job", "slow").put("rate", 50).put("lanes", 1));
    assertThat(post("OPERATOR", "/v1/jobs/slow/pause", because()).status()).isEqualTo(202);
    awaitState("slow", "PAUSED");
    assertThat(post("OPERATOR", "/v1/jobs/slow/resume", because().put("rate", 20)).status())
        .isEqualTo(202);
    assertThat(get("/v1/jobs/slow").body().at("/limits/rate").asInt()).isEqualTo(20);
    assertThat(post("OPERATOR", "/v1/jobs/slow/cancel", because()).status()).isEqualTo(202);
    awaitState("slow", "CANCELLED");
  }

  @Test
  void shouldShowADifferenceHaveItRepairedAndWriteDownWhoAskedForThat() throws Exception {
    mini.target("UPDATE new_item SET label = 'wrong' WHERE item_id = 7");
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> open() == 1);
    JsonNode found = get("/v1/divergences?open=true&domain=items&limit=5").body();
    assertThat(found.at("/divergences/0/key/itemId").asText()).isEqualTo("7");
    assertThat(get("/v1/divergences?open=true&kind=MISSING").body().path("open").asInt()).isZero();
    ObjectNode repair = because().put("domain", "items");
    repair.putObject("key").put("itemId", "7");
    JsonNode planned =
        post("OPERATOR", "/v1/repairs", repair.deepCopy().put("dryRun", true)).body();
    assertThat(planned.path("dryRun").asBoolean()).isTrue();
    assertThat(planned.path("requests").size()).isEqualTo(1);
    assertThat(open()).isEqualTo(1);
    Answered asked = post("OPERATOR", "/v1/repairs", repair);
    assertThat(asked.body().path("requests").size()).isEqualTo(1);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> open() == 0);
    assertThat(mini.query("target", "SELECT label FROM new_item WHERE item_id = 7"))
        .isEqualTo("label 7");
    List<String> actions = new ArrayList<>();
    for (JsonNode action : get("/v1/actions").body().path("actions")) {
      if (action.path("what").asText().equals("repairs.ask")) {
        actions.add(
            String.join(
                "; ",
                action.path("by").asText(),
                action.path("role").asText(),
                action.path("why").asText(),
                action.path("subject").asText(),
                action.path("outcome").asText(),
                action.path("detail").asText()));
      }
    }
    assertThat(actions)
        .containsExactly(
            "anna; operator; a drill; domain items; DONE; asked for 1 repairs",
            "anna; operator; a drill; domain items; DONE; planned only");
  }

  @Test
  void shouldSayWhatIsWrongAsTheCommandLineDoes() throws Exception {
    ObjectNode wrong = job("verify").put("domain", "item");
    Answered unknown = post("OPERATOR", "/v1/jobs", wrong);
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.body().path("detail").asText())
        .startsWith("domain: the spec has no 'item' there; did you mean 'items'?");
    assertThat(post("OPERATOR", "/v1/jobs/nobody/pause", because()).status()).isEqualTo(404);
    assertThat(call("GET", "VIEWER", "/v1/jobs/nobody", "").status()).isEqualTo(404);
    ObjectNode where = job("backfill").put("where", "nmae = 'x'");
    assertThat(post("OPERATOR", "/v1/jobs", where).status()).isEqualTo(403);
    Answered column = post("ADMIN", "/v1/jobs", where);
    assertThat(column.status()).isEqualTo(400);
    assertThat(column.body().path("detail").asText()).contains("column \"nmae\" does not exist");
    ObjectNode keys = job("backfill");
    keys.putArray("keys").add("");
    assertThat(post("OPERATOR", "/v1/jobs", keys).body().path("detail").asText())
        .startsWith("keys: expected keys");
    Answered nothing = post("ADMIN", "/v1/generations/2/promote", because().put("domain", "items"));
    assertThat(nothing.status()).isEqualTo(409);
    assertThat(nothing.body().path("detail").asText())
        .isEqualTo("there is no newer generation of items to promote");
    assertThat(call("GET", "VIEWER", "/v1/actions?limit=1", "").body().at("/actions/0/outcome"))
        .hasToString("\"REFUSED\"");
  }

  @Test
  void shouldWriteDownWhoHasDiscardedADeadLetter() throws Exception {
    var codec = new DeadLetters(mini.site().registry(), "mini.dead-letter");
    byte[] letter =
        codec.encode(
            new DeadLetter(
                Stage.CAPTURE,
                "items",
                "Item",
                "mini.items.outbox",
                -1,
                -1,
                "large",
                "",
                null,
                null,
                5));
    DurableRecord.send(
        Map.copyOf(mini.site().kafka()),
        new ProducerRecord<>("mini.dead-letter", letter),
        "letter");
    Answered planned = post("OPERATOR", "/v1/dead-letters/retry", because().put("dryRun", true));
    assertThat(planned.body().path("leftOut")).hasSize(1);
    assertThat(names(planned.body()))
        .isEqualTo(names(tandem("dead-letters", "retry", "--dry-run", "--json")));
    assertThat(post("VIEWER", "/v1/dead-letters/discard", because().put("all", true)).status())
        .isEqualTo(403);
    assertThat(post("OPERATOR", "/v1/dead-letters/discard", because()).body().path("detail"))
        .hasToString("\"expected ids, domain, entity or stage, or all: true\"");
    ObjectNode wrong = because();
    wrong.putArray("ids").add("0:99999");
    assertThat(post("OPERATOR", "/v1/dead-letters/discard", wrong).status()).isEqualTo(404);
    Answered done = post("OPERATOR", "/v1/dead-letters/discard", because().put("domain", "items"));
    assertThat(done.status()).as(done.body().toString()).isEqualTo(200);
    assertThat(done.body().path("discarded").asInt()).isEqualTo(1);
    JsonNode discarded = get("/v1/dead-letters").body().at("/letters/0/discarded");
    assertThat(discarded.path("by").asText()).isEqualTo("anna");
    assertThat(discarded.path("why").asText()).isEqualTo("a drill");
    JsonNode action = call("GET", "VIEWER", "/v1/actions?limit=1", "").body().at("/actions/0");
    assertThat(action.path("what").asText()).isEqualTo("deadLetters.discard");
    assertThat(action.path("detail").asText()).isEqualTo("discarded 1 letters");
  }

  @Test
  void shouldForwardOnceMoreWhatADeadLetterIsOf() throws Exception {
    mini.target("ALTER TABLE new_item ADD CONSTRAINT no_bad CHECK (label <> 'bad')");
    mini.legacy("INSERT INTO item VALUES (4711, 'bad')");
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        post("OPERATOR", "/v1/dead-letters/retry", because().put("dryRun", true))
                            .body()
                            .path("requests")
                            .asInt())
                    .isEqualTo(1));
    assertThat(post("VIEWER", "/v1/dead-letters/retry", because()).status()).isEqualTo(403);
    mini.target("ALTER TABLE new_item DROP CONSTRAINT no_bad");
    Answered done = post("OPERATOR", "/v1/dead-letters/retry", because().put("domain", "items"));
    assertThat(done.status()).as(done.body().toString()).isEqualTo(200);
    assertThat(done.body().path("requests").asInt()).isEqualTo(1);
    JsonNode action = call("GET", "VIEWER", "/v1/actions?limit=1", "").body().at("/actions/0");
    assertThat(action.path("what").asText()).isEqualTo("deadLetters.retry");
    assertThat(action.path("detail").asText()).isEqualTo("asked for 1 entities");
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(mini.query("target", "SELECT label FROM new_item WHERE item_id = 4711"))
                    .isEqualTo("bad"));
    post("OPERATOR", "/v1/dead-letters/discard", because().put("domain", "items"));
  }

  @Test
  void shouldMakeAGenerationAndGiveItUp() throws Exception {
    ObjectNode items = because().put("domain", "items");
    Answered made = post("ADMIN", "/v1/generations", items);
    assertThat(made.status()).as(made.body().toString()).isEqualTo(202);
    String number = made.body().path("generation").asText();
    Answered other = post("ADMIN", "/v1/generations/77/cancel", items);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body().path("detail").asText()).contains("generation " + number);
    JsonNode standing = get(made.location()).body().at("/domains/0/generations");
    assertThat(standing.findValuesAsText("state")).contains("BUILDING");
    assertThat(standing.findValuesAsText("by")).contains("boss");
    String one = "/v1/generations/" + number;
    assertThat(post("ADMIN", one + "/cancel", items).status()).isEqualTo(200);
    Answered clean = post("ADMIN", one + "/cleanup", items);
    assertThat(clean.status()).as(clean.body().toString()).isEqualTo(200);
    assertThat(get(made.location()).body().findValuesAsText("state"))
        .doesNotContain("BUILDING", "CANCELLED");
  }

  @Test
  void shouldPauseAndResumeAGenerationThatIsBeingBuilt() throws Exception {
    ObjectNode items = because().put("domain", "items");
    Answered nothing = post("OPERATOR", "/v1/generations/1/pause", items);
    assertThat(nothing.status()).isEqualTo(409);
    assertThat(nothing.body().path("detail").asText())
        .startsWith("expected a generation of items that is being built");
    Answered made = post("ADMIN", "/v1/generations", items.deepCopy().put("rate", 7));
    String number = made.body().path("generation").asText();
    String one = "/v1/generations/" + number;
    assertThat(post("OPERATOR", "/v1/generations/77/pause", items).status()).isEqualTo(409);
    assertThat(post("VIEWER", one + "/pause", items).status()).isEqualTo(403);
    Answered paused = post("OPERATOR", one + "/pause", items);
    assertThat(paused.status()).as(paused.body().toString()).isEqualTo(200);
    JsonNode pace = pace(made.location());
    assertThat(pace.path("state").asText()).isEqualTo("PAUSED");
    assertThat(pace.path("by").asText()).isEqualTo("anna");
    assertThat(pace.path("reason").asText()).isEqualTo("a drill");
    assertThat(pace.path("rate").asInt()).isEqualTo(7);
    assertThat(post("OPERATOR", one + "/resume", items.deepCopy().put("rate", -1)).status())
        .isEqualTo(400);
    assertThat(post("OPERATOR", one + "/resume", items.deepCopy().put("rate", 9)).status())
        .isEqualTo(200);
    assertThat(pace(made.location()).path("state").asText()).isNotEqualTo("PAUSED");
    assertThat(pace(made.location()).path("rate").asInt()).isEqualTo(9);
    assertThat(post("ADMIN", one + "/cancel", items).status()).isEqualTo(200);
    assertThat(post("OPERATOR", one + "/pause", items).status()).isEqualTo(409);
    assertThat(post("ADMIN", one + "/cleanup", items).status()).isEqualTo(200);
  }

  private JsonNode pace(String location) throws Exception {
    JsonNode generations = get(location).body().at("/domains/0/generations");
    return generations.path(generations.size() - 1).path("pace");
  }

  /// The program itself with the role alone: operators are answered, everybody may scrape, and who
  /// is too slow to say what he wants is hung up on. Who may call stands in the spec, or beside it.
  @ParameterizedTest
  @ValueSource(strings = {"in the spec", "beside the spec"})
  void shouldServeAsARoleOfItsOwn(String callers) throws Exception {
    Path log = directory.resolve(callers + ".log");
    Path file = directory.resolve("http.yaml");
    Files.writeString(file, HTTP.substring(HTTP.indexOf("tokens")).indent(-2));
    boolean isBeside = callers.equals("beside the spec");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dsun.net.httpserver.maxReqTime=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tandem.program.Tandem",
                "run",
                (isBeside ? mini.spec() : spec).toString(),
                "--roles",
                "serve",
                "--state",
                directory.resolve(callers).toString(),
                "--listen",
                "127.0.0.1:0",
                "--api",
                "127.0.0.1:0"));
    if (isBeside) {
      command.addAll(List.of("--http", file.toString()));
    }
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(TOKENS);
    Process program = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> Files.readString(log).contains("operators on port"));
      int metrics = port(log, "metrics");
      int operators = port(log, "operators");
      assertThat(call("GET", "VIEWER", "/v1/jobs", "", operators).status()).isEqualTo(200);
      assertThat(call("GET", "NOBODY", "/v1/jobs", "", operators).status()).isEqualTo(401);
      assertThat(call("GET", "VIEWER", "/metrics", "", operators).status()).isEqualTo(404);
      String scraped = scraped(metrics);
      assertThat(scraped)
          .contains("tandem_api_refused_total{migration=\"mini\",route=\"none\",status=\"401\"} 1");
      assertThat(Files.readString(log))
          .contains("refused GET none of nobody known from 127.0.0.1: 401")
          .doesNotContain("token-of-");
      try (var slow = new Socket(InetAddress.getLoopbackAddress(), operators)) {
        slow.setSoTimeout(20_000);
        slow.getOutputStream().write("GET /v1/jobs HT".getBytes(StandardCharsets.US_ASCII));
        assertThat(slow.getInputStream().read()).as("the end").isEqualTo(-1);
      }
    } finally {
      program.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldNotStartWhereNobodyMayCallAndSayWhatIsMissing() throws Exception {
    var err = new StringWriter();
    var commands = Tandem.commands();
    commands.setErr(new PrintWriter(err, true));
    int code =
        commands.execute(
            "run",
            mini.spec().toString(),
            "--roles",
            "serve",
            "--state",
            directory.resolve("nobody").toString(),
            "--listen",
            "127.0.0.1:0",
            "--api",
            "0.0.0.0:0");
    assertThat(code).isEqualTo(ExitCode.FOUND_OR_FAILED);
    assertThat(err.toString())
        .contains("the spec names nobody who may call it; fix: add http.tokens or http.jwt");
  }

  private static int port(Path log, String what) throws Exception {
    Matcher port = Pattern.compile(what + " on port ([0-9]+)").matcher(Files.readString(log));
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private String scraped(int port) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            BodyHandlers.ofString())
        .body();
  }

  private static ObjectNode because() {
    return JSON.createObjectNode().put("reason", "a drill");
  }

  private static ObjectNode job(String kind) {
    return because().put("kind", kind).put("domain", "items");
  }

  private int open() throws Exception {
    return get("/v1/divergences?open=true").body().path("open").asInt();
  }

  private void awaitState(String job, String state) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> get("/v1/jobs/" + job).body().path("state").asText().equals(state));
  }

  private Answered get(String path) throws Exception {
    Answered answer = call("GET", "VIEWER", path, "");
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer;
  }

  private Answered post(String role, String path, JsonNode body) throws Exception {
    return call("POST", role, path, body.toString());
  }

  private Answered call(String method, String role, String path, String body) throws Exception {
    return call(method, role, path, body, server.port());
  }

  private Answered call(String method, String role, String path, String body, int port)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + TOKENS.get(role + "_TOKEN"))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    var answer = client.send(request.build(), BodyHandlers.ofString());
    return new Answered(
        answer.statusCode(),
        JSON.readTree(answer.body()),
        answer.headers().firstValue("Location").orElse(""));
  }

  private JsonNode contracts() throws Exception {
    var all = tandem("contracts", "list", "--json");
    assertThat(all.path("contracts").size()).isEqualTo(1);
    return all;
  }

  /// The names of all fields, in their order: what does not change between two looks.
  private static List<String> names(JsonNode node) {
    var names = new ArrayList<String>();
    node.properties()
        .forEach(
            it -> {
              names.add(it.getKey());
              it.getValue().forEach(item -> names.addAll(names(item)));
              names.addAll(it.getValue().isObject() ? names(it.getValue()) : List.of());
            });
    return names;
  }

  private JsonNode tandem(String... arguments) throws Exception {
    return tandem(mini.spec(), arguments);
  }

  private static JsonNode tandem(Path of, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.add(1, of.toString());
    var out = new StringWriter();
    var commands = Tandem.commands();
    commands.setOut(new PrintWriter(out, true));
    commands.execute(all.toArray(String[]::new));
    return JSON.readTree(out.toString());
  }
}
