package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.wire.ScriptedRegistry.Answer;
import java.io.IOException;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// At a registry that refuses a version as incompatible whatever its subject says, as one with a
/// rule for all subjects may.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class UnrelatedSchemasTest {
  private ScriptedRegistry server;
  private SchemaRegistryClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        new ScriptedRegistry(
            path ->
                path.equals("/subjects/rows/versions")
                    ? new Answer(409, "{\"error_code\":409}")
                    : new Answer(200, "{\"id\":5}"));
    client = server.client();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldRegisterUnderASubjectOfItsOwnWhatItsSubjectIsRefused() {
    Schema schema = Schema.create(Schema.Type.INT);
    assertThat(client.registerUnrelated("rows", schema)).isEqualTo(5);
    assertThat(server.asked())
        .hasSize(4)
        .startsWith(
            "POST /subjects/rows/versions", "PUT /config/rows", "POST /subjects/rows/versions");
    assertThat(server.asked().getLast()).matches("POST /subjects/rows\\.[0-9a-f]{16}/versions");
    assertThat(client.registerUnrelated("rows", schema)).isEqualTo(5);
    assertThat(server.asked()).as("what is known is not asked for again").hasSize(4);
  }
}
