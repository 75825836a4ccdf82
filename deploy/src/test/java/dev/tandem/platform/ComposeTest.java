package dev.tandem.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tandem.program.Tandem;
import dev.tandem.spec.HttpFile;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.TokenDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The compose file: of the Compose Specification, and nothing in it that is not there.
class ComposeTest {
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{(\\w+):\\?[^}]+}");
  private static final Pattern GIVEN = Pattern.compile("(?m)^(\\w+)=(.*)$");
  private static final Pattern IN_SPEC = Pattern.compile("\\$\\{(\\w+)}");

  private static JsonNode compose() throws IOException {
    return Platform.yaml(Platform.COMPOSE);
  }

  private static Schema schema() throws IOException {
    try (InputStream in = ComposeTest.class.getResourceAsStream("compose-spec.json")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      // Its ids are of an older draft than the one it names, and nothing refers to them.
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
          .getSchema(text.replaceAll("\"id\": \"[^\"]*\",", ""));
    }
  }

  @Test
  void shouldBeOfTheComposeSpecification() throws IOException {
    assertThat(schema().validate(compose().toString(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void shouldFindAKeyThatTheSpecificationDoesNotHave() throws IOException {
    var compose = compose();
    ((ObjectNode) compose.at("/services/tandem")).put("reed_only", true);
    assertThat(schema().validate(compose.toString(), InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void shouldHoldNoSecretAndNameEachThatItNeeds() throws IOException {
    String text = Files.readString(Platform.COMPOSE);
    for (JsonNode service : compose().path("services")) {
      for (Map.Entry<String, JsonNode> each : service.path("environment").properties()) {
        if (each.getKey().matches(".*(PASSWORD|TOKEN).*")) {
          assertThat(each.getValue().asText()).as(each.getKey()).matches(VARIABLE);
        }
      }
    }
    var needed = new TreeSet<String>();
    VARIABLE.matcher(text).results().map(it -> it.group(1)).forEach(needed::add);
    String example = Files.readString(Platform.ROOT.resolve(".env.example"));
    assertThat(GIVEN.matcher(example).results().map(it -> it.group(1)))
        .containsExactlyInAnyOrderElementsOf(needed);
    assertThat(GIVEN.matcher(example).results().map(it -> it.group(2))).containsOnly("");
  }

  @Test
  void shouldWatchTheHealthOfEachAndPinItsImage() throws IOException {
    for (Map.Entry<String, JsonNode> service : compose().path("services").properties()) {
      assertThat(service.getValue().has("healthcheck")).as(service.getKey()).isTrue();
      assertThat(service.getValue().path("image").asText())
          .as(service.getKey())
          .matches("[a-z/-]+:v?[0-9][0-9A-Za-z.-]*");
    }
  }

  @Test
  void shouldMountWhatIsThere() throws IOException {
    for (JsonNode service : compose().path("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String from = volume.asText().split(":")[0];
        if (from.startsWith(".")) {
          assertThat(Platform.ROOT.resolve(from)).exists();
        } else {
          assertThat(compose().path("volumes").has(from)).as(from).isTrue();
        }
      }
    }
    Path build = Path.of(compose().at("/services/tandem/build/dockerfile").asText());
    assertThat(Platform.ROOT.resolve(build)).exists();
  }

  @Test
  void shouldPublishOnThisMachineAlone() throws IOException {
    for (JsonNode service : compose().path("services")) {
      for (JsonNode port : service.path("ports")) {
        assertThat(port.asText()).startsWith("127.0.0.1:");
      }
    }
  }

  /// A process in a container that listens at 127.0.0.1 is reached by nobody.
  @Test
  void shouldPublishTheApiToWhoHasTheToken() throws IOException {
    JsonNode tandem = compose().at("/services/tandem");
    assertThat(tandem.path("command").toString())
        .contains("--api=0.0.0.0:9465", "--http=/etc/tandem-api/http.yaml");
    assertThat(tandem.path("ports").toString()).contains("127.0.0.1:9465:9465");
    assertThat(tandem.path("volumes").toString())
        .contains("./deploy/compose/http.yaml:/etc/tandem-api/http.yaml:ro");
    var environment = new TreeMap<String, String>();
    tandem
        .path("environment")
        .properties()
        .forEach(it -> environment.put(it.getKey(), "of-32-characters-for-" + it.getKey()));
    var read = HttpFile.read(Path.of("compose", "http.yaml"), environment);
    assertThat(read.problems().all()).isEmpty();
    assertThat(read.http().orElseThrow().tokens())
        .extracting(HttpSpec.Token::digest)
        .containsExactly(TokenDigest.of("of-32-characters-for-API_TOKEN"));
  }

  @Test
  void shouldGiveTheSpecWhatItAsksFor() throws IOException {
    String spec = Files.readString(Path.of("examples", "shop", "shop.yaml"));
    assertThat(compose().at("/services/tandem/environment").properties())
        .extracting(Map.Entry::getKey)
        .containsAll(IN_SPEC.matcher(spec).results().map((MatchResult it) -> it.group(1)).toList());
  }

  @Test
  void shouldStartTheProgramWithACommandLineThatItTakes() throws IOException {
    var words = new ArrayList<String>();
    compose().at("/services/tandem/command").forEach(word -> words.add(word.asText()));
    var command = Tandem.commands().parseArgs(words.toArray(String[]::new));
    assertThat(command.subcommand().commandSpec().name()).isEqualTo("run");
  }
}
