package dev.tandem.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.spec.HttpSpec.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpFileTest {
  private static final String TOKEN = "token-of-anna-0123456789";

  @TempDir Path folder;

  private HttpFile.Result read(String text) throws IOException {
    return HttpFile.read(
        Files.writeString(folder.resolve("http.yaml"), text), Map.of("ANNA_TOKEN", TOKEN));
  }

  @Test
  void shouldReadWhatStandsBelowHttpInASpecWithItsPathsBesideTheFile() throws IOException {
    Files.writeString(folder.resolve("grafana"), "token-of-grafana-01234567\n");
    HttpSpec http =
        read("""
                tokens:
                  - { name: anna, role: operator, token: "${ANNA_TOKEN}" }
                  - { name: grafana, role: viewer, token: "${file:grafana}" }
                tls: { certificate: tls.crt, key: tls.key }
                """)
            .http()
            .orElseThrow();
    assertThat(http.tokens())
        .containsExactly(
            new HttpSpec.Token("anna", Access.OPERATOR, TokenDigest.of(TOKEN)),
            new HttpSpec.Token(
                "grafana", Access.VIEWER, TokenDigest.of("token-of-grafana-01234567")));
    assertThat(http.tls())
        .contains(new HttpSpec.Tls(folder.resolve("tls.crt"), folder.resolve("tls.key")));
  }

  @Test
  void shouldSayAllThatIsWrongAndWhere() throws IOException {
    var result =
        read("tokns: []\ntokens: [{ name: anna, role: king, token: stands-here-in-the-clear }]\n");
    assertThat(result.http()).isEmpty();
    assertThat(result.problems().all())
        .extracting(Problem::toString)
        .hasSize(3)
        .allMatch(it -> it.contains("http.yaml:"))
        .noneMatch(it -> it.contains("in-the-clear"))
        .anyMatch(it -> it.contains("unknown key 'tokns'"));
    assertThat(HttpFile.read(folder.resolve("nowhere.yaml"), Map.of()).http()).isEmpty();
  }
}
