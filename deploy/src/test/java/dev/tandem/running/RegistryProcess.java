package dev.tandem.running;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/// Apicurio Registry in a process of its own, with its state in memory: a server of the Confluent
/// Schema Registry's API that is not ours.
final class RegistryProcess implements AutoCloseable {
  private static final String API = "/apis/ccompat/v7";
  private final Process process;
  private final String url;

  private RegistryProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /// @param archive the server as it is released, a tar.gz
  static RegistryProcess start(Path archive, Path directory, int port) throws Exception {
    Path home = Files.createDirectories(directory.resolve("apicurio"));
    int unpacked =
        new ProcessBuilder("tar", "xzf", archive.toString(), "-C", home.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (unpacked != 0) {
      throw new IOException("cannot unpack " + archive);
    }
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                jar(home).toString())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start();
    var server = new RegistryProcess(process, "http://127.0.0.1:" + port + API);
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .ignoreExceptions()
        .until(() -> server.send("GET", "/subjects", "").equals("[]"));
    return server;
  }

  private static Path jar(Path home) throws IOException {
    try (var files = Files.walk(home, 2)) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("no runner among the files of " + home));
    }
  }

  String url() {
    return url;
  }

  /// @return the body of the answer
  String send(String method, String path, String body) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(url + path))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .method(
                  method,
                  body.isEmpty()
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body))
              .build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
