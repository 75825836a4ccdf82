package dev.tandem.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.bench.PeerSettings.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/// A Kafka Connect worker in standalone mode: a process of its own, asked and told over its REST
/// interface. It ends when it is closed, and with this program.
final class ConnectWorker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SETTINGS = "worker.properties";
  private static final String LOGGING = "logback.xml";
  private static final Duration ANSWER = Duration.ofSeconds(90);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Thread atExit;
  private final String address;
  private final Path log;

  private ConnectWorker(Process process, String address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
    this.atExit = new Thread(process::destroyForcibly, "stop the peer");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Starts one that remembers nothing of an earlier one, and returns when it answers.
  ///
  /// @param directory for its offsets, its configuration and its log
  /// @throws IOException if it cannot be started
  static ConnectWorker start(PeerLibraries libraries, Path directory, String kafka)
      throws Exception {
    Files.createDirectories(directory);
    String address = "http://127.0.0.1:" + freePort();
    var properties = new Properties();
    properties.putAll(PeerSettings.of(Part.WORKER));
    properties.put("bootstrap.servers", kafka);
    properties.put("listeners", address);
    Path offsets = directory.resolve("offsets");
    Files.deleteIfExists(offsets);
    properties.put("offset.storage.file.filename", offsets.toString());
    try (OutputStream out = Files.newOutputStream(directory.resolve(SETTINGS))) {
      properties.store(out, null);
    }
    Files.writeString(
        directory.resolve(LOGGING),
        """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d %-5level %logger - %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="out"/></root>
        </configuration>
        """);
    Path log = directory.resolve("worker.log");
    var worker = new ConnectWorker(launch(libraries, directory, log), address, log);
    try {
      Waiting.until("Kafka Connect's start", Duration.ofMillis(200), worker::answers);
      return worker;
    } catch (Exception e) {
      worker.close();
      throw e;
    }
  }

  /// With the collector and the heap that the launcher gives to Tandem.
  private static Process launch(PeerLibraries libraries, Path directory, Path log)
      throws IOException {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-XX:+UseParallelGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dlogback.configurationFile=" + directory.resolve(LOGGING),
            "-cp",
            libraries.classPath(),
            "org.apache.kafka.connect.cli.ConnectStandalone",
            directory.resolve(SETTINGS).toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  private boolean answers() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Kafka Connect ended while it started" + lastWords());
    }
    try {
      return send("GET", "/connectors", BodyPublishers.noBody()).statusCode() == 200;
    } catch (ConnectException _) {
      return false;
    }
  }

  /// Makes a connector, which starts at once.
  void create(String connector, Map<String, String> configuration) throws Exception {
    String body = JSON.writeValueAsString(configuration);
    tell("PUT", "/connectors/" + connector + "/config", BodyPublishers.ofString(body));
  }

  /// Its tasks end; where they stood is kept.
  void stop(String connector) throws Exception {
    tell("PUT", "/connectors/" + connector + "/stop", BodyPublishers.noBody());
    Waiting.until(
        "the stop of " + connector,
        Duration.ofMillis(50),
        () -> state(status(connector)).equals("STOPPED"));
  }

  void resume(String connector) throws Exception {
    tell("PUT", "/connectors/" + connector + "/resume", BodyPublishers.noBody());
  }

  /// Whether it runs with so many tasks.
  ///
  /// @throws IllegalStateException if one of them has failed
  boolean isRunning(String connector, int tasks) throws IOException, InterruptedException {
    int running = 0;
    for (JsonNode task : requireNoFailure(connector).path("tasks")) {
      running += state(task).equals("RUNNING") ? 1 : 0;
    }
    return running == tasks;
  }

  /// The connector's status.
  ///
  /// @throws IllegalStateException if one of its tasks has failed, with the reason
  JsonNode requireNoFailure(String connector) throws IOException, InterruptedException {
    JsonNode status = status(connector);
    for (JsonNode task : status.path("tasks")) {
      if (state(task).equals("FAILED")) {
        String trace = task.path("trace").asText();
        throw new IllegalStateException(
            "a task of "
                + connector
                + " failed: "
                + trace.lines().findFirst().orElse("")
                + causes(trace)
                + lastWords());
      }
    }
    return status;
  }

  private static String causes(String trace) {
    var causes = new StringBuilder();
    trace
        .lines()
        .filter(line -> line.startsWith("Caused by:"))
        .forEach(line -> causes.append("; ").append(line));
    return causes.toString();
  }

  private JsonNode status(String connector) throws IOException, InterruptedException {
    var answer = send("GET", "/connectors/" + connector + "/status", BodyPublishers.noBody());
    return JSON.readTree(answer.body());
  }

  private static String state(JsonNode status) {
    return status.has("connector")
        ? status.path("connector").path("state").asText()
        : status.path("state").asText();
  }

  private void tell(String method, String path, BodyPublisher body) throws Exception {
    var answer = send(method, path, body);
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          "Kafka Connect answered %d to %s %s%s"
              .formatted(answer.statusCode(), method, path, lastWords()));
    }
  }

  private HttpResponse<String> send(String method, String path, BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Content-Type", "application/json")
            .timeout(ANSWER)
            .method(method, body)
            .build();
    return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return "\nIts log "
          + log
          + " ends with:\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException _) {
      return "";
    }
  }

  @Override
  public void close() throws InterruptedException {
    Runtime.getRuntime().removeShutdownHook(atExit);
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    http.close();
  }
}
