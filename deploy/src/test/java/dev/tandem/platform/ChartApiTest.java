package dev.tandem.platform;

import static dev.tandem.platform.RenderedChart.args;
import static dev.tandem.platform.RenderedChart.each;
import static dev.tandem.platform.RenderedChart.isWithin;
import static dev.tandem.platform.RenderedChart.kinds;
import static dev.tandem.platform.RenderedChart.named;
import static dev.tandem.platform.RenderedChart.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.spec.HttpFile;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.HttpSpec.Access;
import dev.tandem.spec.TokenDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The operator's API in the chart: reached by those who are let in, and by nobody where it is not
/// secured.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64") // Helm's library is a native one.
class ChartApiTest {
  private static final String CALLERS =
      """
      tokens:
        - { name: anna, role: operator, secret: { name: shop-api, key: anna-token } }
        - { name: grafana@crm, role: viewer, secret: { name: grafana, key: token } }
      jwt: { issuer: https://id.example.com, audience: tandem, jwks: https://id.example.com/keys }
      """;
  private static final String TLS = "tls: { secretName: shop-api-tls }\n";

  @TempDir Path folder;

  private List<JsonNode> render(String split, String api) throws IOException {
    return RenderedChart.of(
        folder, "split: " + split + "\napi:\n  enabled: true\n" + api.indent(2));
  }

  private static JsonNode serving(List<JsonNode> documents, String split) {
    return split.equals("true")
        ? named(documents, "Deployment", "shop-tandem-serve")
        : named(documents, "StatefulSet", "shop-tandem-all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void shouldReachTheApiThroughItsService(String split) throws IOException {
    List<JsonNode> documents = render(split, CALLERS + TLS);
    JsonNode serving = serving(documents, split);
    assertThat(args(serving)).contains("--api=0.0.0.0:9465", "--http=/etc/tandem-api/http.yaml");
    JsonNode service = named(documents, "Service", "shop-tandem-api");
    JsonNode port = service.at("/spec/ports/0");
    assertThat(text(port, "/port") + text(port, "/appProtocol")).isEqualTo("443https");
    assertThat(each(serving.at("/spec/template/spec/containers/0/ports")))
        .filteredOn(it -> it.path("name").equals(port.path("targetPort")))
        .singleElement()
        .satisfies(it -> assertThat(it.path("containerPort").asInt()).isEqualTo(9465));
    JsonNode policy = named(documents, "NetworkPolicy", "shop-tandem-api");
    assertThat(policy.at("/spec/ingress/0/ports/0/port").asInt()).isEqualTo(9465);
    assertThat(policy.at("/spec/ingress/0/from/0").has("podSelector")).isTrue();
    for (JsonNode workload : kinds(documents, "Deployment", "StatefulSet")) {
      JsonNode labels = workload.at("/spec/template/metadata/labels");
      boolean serves = workload.equals(serving);
      assertThat(isWithin(service.at("/spec/selector"), labels)).isEqualTo(serves);
      assertThat(isWithin(policy.at("/spec/podSelector/matchLabels"), labels)).isEqualTo(serves);
      assertThat(args(workload).contains("--api=0.0.0.0:9465")).isEqualTo(serves);
      assertThat(workload.toString().contains("shop-api")).as("sees tokens").isEqualTo(serves);
    }
  }

  @Test
  void shouldGiveTheRoleAWorkloadLikeTheOthers() throws IOException {
    List<JsonNode> documents = render("true", CALLERS + TLS);
    JsonNode serving = serving(documents, "true");
    assertThat(args(serving)).contains("--roles=serve");
    assertThat(serving.at("/spec/replicas").asInt()).isEqualTo(2);
    JsonNode budget = named(documents, "PodDisruptionBudget", "shop-tandem-serve");
    assertThat(
            isWithin(
                budget.at("/spec/selector/matchLabels"),
                serving.at("/spec/template/metadata/labels")))
        .isTrue();
    JsonNode container = serving.at("/spec/template/spec/containers/0");
    assertThat(text(container, "/readinessProbe/httpGet/path")).isEqualTo("/health/ready");
    assertThat(text(container, "/livenessProbe/httpGet/path")).isEqualTo("/health/live");
  }

  /// As the kubelet lays the volume out, the program reads it.
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void shouldTellTheProgramWhoMayCall(String split) throws IOException {
    List<JsonNode> documents = render(split, CALLERS + TLS);
    JsonNode serving = serving(documents, split);
    JsonNode volume =
        each(serving.at("/spec/template/spec/volumes"))
            .filter(it -> text(it, "/name").equals("api"))
            .findFirst()
            .orElseThrow();
    Path pod = Files.createDirectories(folder.resolve("etc").resolve("tandem-api"));
    for (JsonNode source : volume.at("/projected/sources")) {
      if (source.has("configMap")) {
        JsonNode map = named(documents, "ConfigMap", text(source, "/configMap/name"));
        for (Map.Entry<String, JsonNode> file : map.path("data").properties()) {
          Files.writeString(pod.resolve(file.getKey()), file.getValue().asText());
        }
      }
      for (JsonNode item : source.at("/secret/items")) {
        Path file = pod.resolve(text(item, "/path"));
        Files.createDirectories(file.getParent());
        Files.writeString(
            file, text(source, "/secret/name") + "/" + text(item, "/key") + " in its Secret\n");
      }
    }
    var read = HttpFile.read(pod.resolve("http.yaml"), Map.of());
    assertThat(read.problems().all()).isEmpty();
    HttpSpec http = read.http().orElseThrow();
    assertThat(http.tokens())
        .containsExactly(
            new HttpSpec.Token(
                "anna", Access.OPERATOR, TokenDigest.of("shop-api/anna-token in its Secret")),
            new HttpSpec.Token(
                "grafana@crm", Access.VIEWER, TokenDigest.of("grafana/token in its Secret")));
    assertThat(http.jwt().orElseThrow().issuer()).isEqualTo("https://id.example.com");
    HttpSpec.Tls tls = http.tls().orElseThrow();
    assertThat(tls.certificate()).content().isEqualTo("shop-api-tls/tls.crt in its Secret\n");
    assertThat(tls.key()).content().isEqualTo("shop-api-tls/tls.key in its Secret\n");
  }

  @Test
  void shouldNotListenForOthersWhereItIsNotSecured() throws IOException {
    assertThatThrownBy(() -> render("true", TLS)).hasMessageContaining("nobody may call");
    assertThatThrownBy(() -> render("true", CALLERS))
        .hasMessageContaining("api.tls.secretName: name a Secret");
    List<JsonNode> without = RenderedChart.of(folder, "split: true");
    assertThat(without.toString()).doesNotContain("9465", "tandem-serve", "--roles=serve");
  }

  @Test
  void shouldLeaveEncryptionToOthersOnlyWhereThatIsSaid() throws IOException {
    List<JsonNode> documents = render("true", CALLERS + "tls: { enabled: false }\n");
    JsonNode service = named(documents, "Service", "shop-tandem-api");
    assertThat(text(service, "/spec/ports/0/appProtocol")).isEqualTo("http");
    assertThat(text(named(documents, "ConfigMap", "shop-tandem-api"), "/data/http.yaml"))
        .doesNotContain("tls");
  }

  @Test
  void shouldForwardAnIngressToTheService() throws IOException {
    assertThat(kinds(render("true", CALLERS + TLS), "Ingress")).isEmpty();
    assertThatThrownBy(() -> render("true", CALLERS + TLS + "ingress: { enabled: true }\n"))
        .hasMessageContaining("api.ingress.host");
    List<JsonNode> documents =
        render(
            "true",
            CALLERS
                + TLS
                + "ingress: { enabled: true, host: shop.example.com, tlsSecretName: host }\n");
    JsonNode ingress = kinds(documents, "Ingress").getFirst();
    assertThat(text(ingress, "/spec/tls/0/secretName")).isEqualTo("host");
    JsonNode rule = ingress.at("/spec/rules/0");
    assertThat(text(rule, "/host")).isEqualTo("shop.example.com");
    JsonNode to = rule.at("/http/paths/0/backend/service");
    JsonNode service = named(documents, "Service", text(to, "/name"));
    assertThat(to.at("/port/name")).isEqualTo(service.at("/spec/ports/0/name"));
  }
}
