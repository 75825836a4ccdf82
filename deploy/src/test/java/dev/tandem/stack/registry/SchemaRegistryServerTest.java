package dev.tandem.stack.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.stack.EmbeddedKafka;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class SchemaRegistryServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INT = "{\"schema\":\"{\\\"type\\\":\\\"int\\\"}\"}";
  private static final String STRING = "{\"schema\":\"\\\"string\\\"\"}";

  private EmbeddedKafka kafka;
  private SchemaRegistryServer server;

  /// An answer's status and body.
  private record Answer(int status, JsonNode body) {
    int code() {
      return body.path("error_code").asInt();
    }
  }

  @BeforeAll
  void start(@TempDir Path directory) {
    kafka = EmbeddedKafka.start(directory);
    server = SchemaRegistryServer.start(kafka.bootstrapServers(), 0);
  }

  @AfterAll
  void stop() {
    server.close();
    kafka.close();
  }

  @Test
  void shouldServeASerializerAndADeserializer() throws Exception {
    var id = post("/subjects/serde-value/versions", INT).body().path("id").asInt();
    assertThat(get("/schemas/ids/" + id).body().path("schema").asText()).isEqualTo("\"int\"");
    var found = post("/subjects/serde-value", INT).body();
    assertThat(found.path("version").asInt()).isEqualTo(1);
    assertThat(found.path("id").asInt()).isEqualTo(id);
    var latest = get("/subjects/serde-value/versions/latest").body();
    assertThat(latest).isEqualTo(found);
    assertThat(get("/subjects/serde-value/versions").body().toString()).isEqualTo("[1]");
    assertThat(get("/subjects").body().toString()).contains("\"serde-value\"");
  }

  @Test
  void shouldRefuseAnIncompatibleSchema() throws Exception {
    post("/subjects/strict/versions", INT);
    var refused = post("/subjects/strict/versions", STRING);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo(409);
    var asked = post("/compatibility/subjects/strict/versions/latest?verbose=true", STRING);
    assertThat(asked.body().path("is_compatible").asBoolean(true)).isFalse();
    assertThat(asked.body().path("messages")).isNotEmpty();
  }

  @Test
  void shouldLetASubjectAskForItsOwnLevel() throws Exception {
    assertThat(get("/config/loose").code()).isEqualTo(40408);
    assertThat(get("/config/loose?defaultToGlobal=true").body().toString())
        .isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
    send("PUT", "/config/loose", "{\"compatibility\":\"NONE\"}");
    post("/subjects/loose/versions", INT);
    assertThat(post("/subjects/loose/versions", STRING).status()).isEqualTo(200);
    assertThat(send("PUT", "/config", "{\"compatibility\":\"SOME\"}").code()).isEqualTo(42203);
  }

  @Test
  void shouldAnswerWithTheErrorCodesOfTheApi() throws Exception {
    assertThat(get("/subjects/nowhere/versions").code()).isEqualTo(40401);
    post("/subjects/here/versions", INT);
    assertThat(get("/subjects/here/versions/9").code()).isEqualTo(40402);
    assertThat(get("/schemas/ids/99999").code()).isEqualTo(40403);
    assertThat(post("/subjects/here/versions", "{\"schema\":\"{\"}").code()).isEqualTo(42201);
    assertThat(get("/nothing").status()).isEqualTo(404);
  }

  @Test
  void shouldReadSubjectsWithSlashesAndPluses() throws Exception {
    post("/subjects/a%2Fb+c/versions", INT);
    assertThat(get("/subjects").body().toString()).contains("\"a/b+c\"");
    assertThat(send("DELETE", "/subjects/a%2Fb+c", "").body().toString()).isEqualTo("[1]");
  }

  @Test
  void shouldKnowWhatItAnsweredAfterARestart() throws Exception {
    var id = post("/subjects/kept/versions", INT).body().path("id").asInt();
    send("PUT", "/config/kept", "{\"compatibility\":\"FULL\"}");
    try (var again = SchemaRegistryServer.start(kafka.bootstrapServers(), 0)) {
      var former = server;
      server = again;
      assertThat(post("/subjects/kept", INT).body().path("id").asInt()).isEqualTo(id);
      assertThat(get("/config/kept").body().path("compatibilityLevel").asText()).isEqualTo("FULL");
      server = former;
    }
  }

  private Answer get(String path) throws Exception {
    return send("GET", path, "");
  }

  private Answer post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private Answer send(String method, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, BodyHandlers.ofString());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }
  }
}
