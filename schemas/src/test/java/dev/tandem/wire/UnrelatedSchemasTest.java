package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// At a registry that refuses a version as incompatible whatever its subject says, as one with a
/// rule for all subjects may.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class UnrelatedSchemasTest {
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private SchemaRegistryClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(exchange.getRequestMethod() + " " + path);
          boolean refused = path.equals("/subjects/rows/versions");
          byte[] body =
              (refused ? "{\"error_code\":409}" : "{\"id\":5}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(refused ? 409 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    client = new SchemaRegistryClient(RegistryConfig.of(Map.of("schema.registry.url", url)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldRegisterUnderASubjectOfItsOwnWhatItsSubjectIsRefused() {
    Schema schema = Schema.create(Schema.Type.INT);
    assertThat(client.registerUnrelated("rows", schema)).isEqualTo(5);
    assertThat(asked)
        .hasSize(4)
        .startsWith(
            "POST /subjects/rows/versions", "PUT /config/rows", "POST /subjects/rows/versions");
    assertThat(asked.getLast()).matches("POST /subjects/rows\\.[0-9a-f]{16}/versions");
    assertThat(client.registerUnrelated("rows", schema)).isEqualTo(5);
    assertThat(asked).as("what is known is not asked for again").hasSize(4);
  }
}
