package dev.tandem.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tandem.running.QuietPorts;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.stack.PostgresServer;
import dev.tandem.stack.PostgresSettings;
import dev.tandem.stack.registry.SchemaRegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tandem run` in a process of its own, started before everything that it needs.
class LateServersTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @TempDir private Path directory;

  @Test
  void shouldWaitForTheStoresThenForKafkaAndThenDoItsWork() throws Exception {
    int postgresPort;
    try (var postgres = PostgresServer.start(settings(0))) {
      postgresPort = postgres.port();
      execute(postgres.url("legacy"), "CREATE DATABASE target");
      execute(postgres.url("legacy"), "CREATE TABLE item (no int PRIMARY KEY, txt text NOT NULL)");
      execute(
          postgres.url("target"),
          "CREATE TABLE new_item (item_id int PRIMARY KEY, label text NOT NULL)");
    }
    int kafkaPort = freePort();
    int registryPort = freePort();
    int health = freePort();
    Path spec =
        MiniMigration.write(
            directory,
            new MiniMigration.Address(
                "jdbc:postgresql://127.0.0.1:" + postgresPort + "/legacy",
                "jdbc:postgresql://127.0.0.1:" + postgresPort + "/target",
                "127.0.0.1:" + kafkaPort,
                "http://127.0.0.1:" + registryPort));
    Process process = start(spec, health);
    try {
      awaiting(process)
          .untilAsserted(
              () ->
                  assertThat(ask(health, "ready").body())
                      .contains("stores: waiting (legacy store: ", ":" + postgresPort));
      assertThat(ask(health, "ready").statusCode()).isEqualTo(503);
      assertThat(ask(health, "live").statusCode()).isEqualTo(200);
      try (var postgres = PostgresServer.start(settings(postgresPort))) {
        awaiting(process)
            .untilAsserted(
                () ->
                    assertThat(ask(health, "ready").body())
                        .doesNotContain("stores")
                        .contains("set-up: waiting (", "Kafka at 127.0.0.1:" + kafkaPort));
        assertThat(ask(health, "live").statusCode()).isEqualTo(200);
        goOn(process, health, postgres, new Ports(kafkaPort, registryPort));
      }
      assertThat(output()).contains("tandem: migration mini waits: legacy store: ");
      assertThat(output().lines().filter(line -> line.contains("mini waits: ")).count())
          .as("said once for each reason")
          .isLessThanOrEqualTo(3);
    } finally {
      process.destroy();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    assertThat(process.exitValue()).isEqualTo(143);
  }

  private record Ports(int kafka, int registry) {}

  private void goOn(Process process, int health, PostgresServer postgres, Ports ports)
      throws Exception {
    try (var kafka =
            EmbeddedKafka.start(
                directory.resolve("kafka"), new EmbeddedKafka.Ports(ports.kafka, 0));
        var _ = SchemaRegistryServer.start(kafka.bootstrapServers(), ports.registry)) {
      awaiting(process).until(() -> ask(health, "ready").statusCode() == 200);
      execute(postgres.url("legacy"), "INSERT INTO item VALUES (1, 'late')");
      awaiting(process)
          .until(() -> "late".equals(first(postgres.url("target"), "SELECT label FROM new_item")));
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldEndAtOnceWhereItIsStoppedWhileItWaits() throws Exception {
    int nobody = freePort();
    Path spec =
        MiniMigration.write(
            directory,
            new MiniMigration.Address(
                "jdbc:postgresql://127.0.0.1:" + nobody + "/legacy",
                "jdbc:postgresql://127.0.0.1:" + nobody + "/target",
                "127.0.0.1:" + nobody,
                "http://127.0.0.1:" + nobody));
    int health = freePort();
    Process process = start(spec, health);
    awaiting(process)
        .untilAsserted(() -> assertThat(ask(health, "ready").body()).startsWith("stores: waiting"));
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  /// What it knows of the registry is in its state directory; a registry that knows nothing of it
  /// any more is told of.
  @Test
  void shouldStartWithoutARegistryAndFindThatAnotherOneIsThere() throws Exception {
    int registryPort = freePort();
    try (var postgres = PostgresServer.start(settings(0));
        var kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
      execute(postgres.url("legacy"), "CREATE DATABASE target");
      execute(postgres.url("legacy"), "CREATE TABLE item (no int PRIMARY KEY, txt text NOT NULL)");
      execute(
          postgres.url("target"),
          "CREATE TABLE new_item (item_id int PRIMARY KEY, label text NOT NULL)");
      Path spec =
          MiniMigration.write(
              directory,
              new MiniMigration.Address(
                  postgres.url("legacy"),
                  postgres.url("target"),
                  kafka.bootstrapServers(),
                  "http://127.0.0.1:" + registryPort));
      int health = freePort();
      Process first = start(spec, health);
      try (var _ = SchemaRegistryServer.start(kafka.bootstrapServers(), registryPort)) {
        carries(first, postgres, 1);
      } finally {
        end(first);
      }
      Process second = start(spec, health);
      try {
        carries(second, postgres, 2);
        assertThat(output()).contains("the schema registry is away; id ");
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), registryPort);
        var wiped = HttpServer.create(here, 0);
        wiped.createContext("/", LateServersTest::knowNothing);
        wiped.start();
        try {
          awaiting(second)
              .untilAsserted(
                  () ->
                      assertThat(ask(health, "ready").body())
                          .contains("registry: stopped (expected the registry to know schema id "));
        } finally {
          wiped.stop(0);
        }
      } finally {
        end(second);
      }
    }
  }

  private static void knowNothing(HttpExchange exchange) throws IOException {
    byte[] body = "{\"error_code\":40403,\"message\":\"Schema not found\"}".getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void carries(Process process, PostgresServer postgres, int number) throws SQLException {
    execute(postgres.url("legacy"), "INSERT INTO item VALUES (%d, 'item %1$d')".formatted(number));
    awaiting(process)
        .until(
            () ->
                ("item " + number)
                    .equals(
                        first(
                            postgres.url("target"),
                            "SELECT label FROM new_item WHERE item_id = " + number)));
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private PostgresSettings settings(int port) {
    return PostgresSettings.in(directory.resolve("postgres")).withDatabase("legacy").withPort(port);
  }

  private Process start(Path spec, int health) throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Tandem.class.getName(),
            "run",
            spec.toString(),
            "--state",
            directory.resolve("state").toString(),
            "--listen",
            "127.0.0.1:" + health);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }

  private ConditionFactory awaiting(Process process) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(250))
        .ignoreExceptions()
        .failFast(() -> !process.isAlive());
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  private static HttpResponse<String> ask(int port, String what) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + port + "/health/" + what);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() {
    return QuietPorts.find(1).getFirst();
  }

  private static void execute(String url, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String first(String url, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(url, PostgresServer.USER, PostgresServer.PASSWORD);
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }
}
