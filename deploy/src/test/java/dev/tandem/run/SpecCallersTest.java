package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Callers of the operator's API that stand beside the spec.
class SpecCallersTest {
  private static final Path SHOP = Path.of("examples", "shop");
  private static final String TOKENS =
      "tokens: [{ name: anna, role: operator, token: \"${ANNA_TOKEN}\" }]\n";
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "LEGACY_URL", "jdbc:postgresql://127.0.0.1:1/x",
          "LEGACY_USER", "u",
          "LEGACY_PASSWORD", "p",
          "TARGET_URL", "jdbc:postgresql://127.0.0.1:1/y",
          "TARGET_USER", "u",
          "TARGET_PASSWORD", "p",
          "KAFKA", "127.0.0.1:1",
          "REGISTRY", "http://127.0.0.1:1",
          "ANNA_TOKEN", "token-of-anna-0123456789");

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("http.yaml"), text);
  }

  @Test
  void shouldBeKnownAsIfTheSpecNamedThem() throws IOException {
    SpecDraft draft = SpecDraft.read(SHOP.resolve("shop.yaml"), ENVIRONMENT);
    assertThat(draft.outline().http()).isEqualTo(HttpSpec.NONE);
    var http = draft.withCallers(file(TOKENS), ENVIRONMENT).outline().http();
    assertThat(http.tokens()).extracting(HttpSpec.Token::name).containsExactly("anna");
  }

  @Test
  void shouldSayWhatIsWrongWithTheirFile() throws IOException {
    SpecDraft draft = SpecDraft.read(SHOP.resolve("shop.yaml"), ENVIRONMENT);
    Path file = file(TOKENS.replace("operator", "king"));
    assertThatThrownBy(() -> draft.withCallers(file, ENVIRONMENT))
        .isInstanceOfSatisfying(
            SpecException.class,
            wrong ->
                assertThat(wrong.problems())
                    .extracting(Problem::toString)
                    .singleElement()
                    .asString()
                    .contains("http.yaml:1:", "king"));
  }

  @Test
  void shouldStandInOnePlaceAlone() throws IOException {
    String spec = Files.readString(SHOP.resolve("shop.yaml"));
    Path both =
        Files.writeString(
            folder.resolve("shop.yaml"),
            spec.replace("contract: contracts", "contract: " + SHOP.toAbsolutePath() + "/contracts")
                + "\nhttp:\n"
                + TOKENS.indent(2));
    SpecDraft draft = SpecDraft.read(both, ENVIRONMENT);
    Path file = file(TOKENS);
    assertThatThrownBy(() -> draft.withCallers(file, ENVIRONMENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found http in the spec and " + file)
        .hasMessageContaining("fix:");
  }
}
