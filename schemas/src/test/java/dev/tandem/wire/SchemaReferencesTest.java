package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.wire.ScriptedRegistry.Answer;
import java.io.IOException;
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

  private ScriptedRegistry server;
  private SchemaRegistryClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedRegistry(SchemaReferencesTest::answer);
    client = server.client();
  }

  private static Answer answer(String path) {
    String answer = ANSWERS.get(path);
    return answer == null
        ? new Answer(404, "{\"error_code\":40401}")
        : new Answer(200, answer.replace("\n", ""));
  }

  @AfterEach
  void stop() {
    server.close();
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
