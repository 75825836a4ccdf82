package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Schemas of others may refer to named types in other subjects.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class SchemaReferencesTest {
  private static final Map<String, String> ANSWERS =
      Map.of(
          "/schemas/ids/7",
          """
          {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"Order\\",\\"namespace\\":\\"shop\\",\\"fields\\":[
            {\\"name\\":\\"from\\",\\"type\\":\\"shop.Place\\"},{\\"name\\":\\"to\\",\\"type\\":\\"shop.Place\\"}]}",
           "references": [{"name": "shop.Country", "subject": "country", "version": 1},
                          {"name": "shop.Place", "subject": "shop.Place", "version": 2}]}""",
          "/subjects/shop.Place/versions/2",
          """
          {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"Place\\",\\"namespace\\":\\"shop\\",\\"fields\\":[
            {\\"name\\":\\"in\\",\\"type\\":\\"shop.Country\\"}]}",
           "references": [{"name": "shop.Country", "subject": "country", "version": 1}]}""",
          "/subjects/country/versions/1",
          """
          {"schema": "{\\"type\\":\\"enum\\",\\"name\\":\\"Country\\",\\"namespace\\":\\"shop\\",\\"symbols\\":[\\"DE\\"]}"}""",
          "/schemas/ids/8",
          """
          {"schema": "{\\"type\\":\\"array\\",\\"items\\":\\"shop.Lost\\"}",
           "references": [{"name": "shop.Lost", "subject": "lost", "version": 1}]}""");

  private HttpServer server;
  private SchemaRegistryClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String answer = ANSWERS.get(exchange.getRequestURI().getPath());
          byte[] body =
              (answer == null ? "{\"error_code\":40401}" : answer.replace("\n", ""))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
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
  void shouldReadASchemaWithWhatItRefersTo() {
    var order = client.byId(7);
    assertThat(order.getFullName()).isEqualTo("shop.Order");
    assertThat(order.getField("to").schema().getField("in").schema().getEnumSymbols())
        .containsExactly("DE");
  }

  @Test
  void shouldSayWhichReferenceIsNotThere() {
    assertThatThrownBy(() -> client.byId(8))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("version 1 of subject lost");
  }
}
