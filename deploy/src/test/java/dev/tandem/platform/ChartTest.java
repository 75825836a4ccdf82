package dev.tandem.platform;

import static dev.tandem.platform.RenderedChart.args;
import static dev.tandem.platform.RenderedChart.each;
import static dev.tandem.platform.RenderedChart.isWithin;
import static dev.tandem.platform.RenderedChart.kinds;
import static dev.tandem.platform.RenderedChart.named;
import static dev.tandem.platform.RenderedChart.selected;
import static dev.tandem.platform.RenderedChart.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import dev.tandem.program.Tandem;
import dev.tandem.run.MigrationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The chart, rendered by Helm itself, against Kubernetes' schemas and what each part relies on.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64") // Helm's library is a native one.
class ChartTest {
  @TempDir Path folder;

  /// Ways to install it.
  private enum Way {
    ONE_WORKLOAD("{}"),
    A_WORKLOAD_FOR_EACH_ROLE("{ split: true }"),
    AN_API_OF_ONE_WORKLOAD(
        """
        api:
          enabled: true
          tokens: [ { name: anna, role: operator, secret: { name: shop-api, key: anna } } ]
          tls: { secretName: shop-api-tls }
        """),
    EVERYTHING(
        """
        split: true
        api:
          enabled: true
          tokens:
            - { name: anna, role: operator, secret: { name: shop-api, key: anna } }
            - { name: grafana@crm, role: viewer, secret: { name: grafana, key: token } }
          jwt: { issuer: https://id.example.com, audience: tandem, jwks: https://id.example.com/keys }
          tls: { secretName: shop-api-tls }
          service: { type: LoadBalancer, annotations: { internal: "true" } }
          ingress:
            enabled: true
            className: nginx
            annotations: { nginx.ingress.kubernetes.io/backend-protocol: HTTPS }
            host: shop.example.com
            tlsSecretName: shop-host
        imagePullSecrets: [ { name: pull } ]
        javaOptions: -Xmx512m
        storageClassName: fast
        nodeSelector: { disk: ssd }
        tolerations: [ { key: dedicated, operator: Exists, effect: NoSchedule } ]
        podLabels: { team: crm }
        podAnnotations: { note: x }
        serviceAccount: { annotations: { role: x } }
        serviceMonitor: { enabled: true, labels: { release: prometheus } }
        alerts: { enabled: true, labels: { release: prometheus } }
        dashboards: { enabled: true }
        teardown: { enabled: true }
        volumes: [ { name: trust, secret: { secretName: kafka-trust } } ]
        mounts: [ { name: trust, mountPath: /etc/trust, readOnly: true } ]
        """),
    NOTHING(
        """
        disruptionBudget: { enabled: false }
        networkPolicy: { enabled: false, metricsFrom: [], egress: [] }
        environment: {}
        secrets: {}
        """),
    FILES_THAT_ARE_THERE(
        """
        teardown: { enabled: true }
        migration:
          files: null
          existingConfigMap: { name: shop, items: [ { key: spec, path: shop.yaml } ] }
        """);

    private final String values;

    Way(String values) {
      this.values = values;
    }
  }

  private List<JsonNode> render(Way way) throws IOException {
    return RenderedChart.of(folder, way.values);
  }

  @Test
  void shouldPassHelmsOwnCheck() throws IOException {
    var linted = new Helm(Platform.CHART).lint().strict().call();
    // Without a spec nothing can be installed, and that is all.
    assertThat(linted.getMessages())
        .filteredOn(it -> it.contains("[ERROR]") || it.contains("[WARNING]"))
        .allMatch(it -> it.contains("give the spec with --set-file"));
  }

  @Test
  void shouldSayWhatToDoWhereNoSpecIsGiven() {
    assertThatThrownBy(
            () ->
                new Helm(Platform.CHART)
                    .template()
                    .withKubeVersion(RenderedChart.KUBERNETES)
                    .call())
        .hasMessageContaining("give the spec with --set-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replica: 3",
        "split: 'yes'",
        "{ roles: { translate: { thread: 4 } } }",
        "{ roles: { translate: { threads: 0 } } }",
        "{ roles: { capture: { standbys: 1 } } }",
        "{ roles: { reconcile: { state: 20 Gigabytes } } }",
        "{ secrets: { LEGACY_PASSWORD: hunter2 } }",
        "{ api: { tokens: [ { name: anna, role: root, secret: { name: a, key: b } } ] } }"
      })
  void shouldRefuseValuesThatItDoesNotKnow(String values) {
    assertThatThrownBy(() -> RenderedChart.of(folder, values))
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  @Test
  void shouldHaveEachOfItsValuesInItsSchema() throws IOException {
    JsonNode schema = Platform.yaml(Platform.CHART.resolve("values.schema.json"));
    assertThat(unknown(Platform.yaml(Platform.CHART.resolve("values.yaml")), schema, "")).isEmpty();
  }

  /// Paths of values that a schema has no property for, as far as it names properties at all.
  private static List<String> unknown(JsonNode values, JsonNode schema, String at) {
    var unknown = new ArrayList<String>();
    JsonNode properties = schema.path("properties");
    if (properties.isObject()) {
      values
          .properties()
          .forEach(
              it -> {
                String path = at + "/" + it.getKey();
                if (properties.has(it.getKey())) {
                  unknown.addAll(unknown(it.getValue(), properties.path(it.getKey()), path));
                } else {
                  unknown.add(path);
                }
              });
    }
    return unknown;
  }

  @ParameterizedTest
  @EnumSource
  void shouldRenderWhatKubernetesKnows(Way way) throws IOException {
    List<JsonNode> documents = render(way);
    assertThat(documents).isNotEmpty();
    for (JsonNode document : documents) {
      KubernetesSchemas.validate(document);
    }
    assertThat(documents)
        .extracting(it -> text(it, "/kind") + text(it, "/metadata/name"))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldFindAPropertyThatKubernetesDoesNotKnow() throws IOException {
    JsonNode workload = kinds(render(Way.ONE_WORKLOAD), "StatefulSet").getFirst();
    ((ObjectNode) workload.at("/spec/template/spec/containers/0")).put("redinessProbe", "x");
    assertThatThrownBy(() -> KubernetesSchemas.validate(workload))
        .hasMessageContaining("redinessProbe");
  }

  @Test
  void shouldFindAValueOfAnotherType() throws IOException {
    JsonNode workload = kinds(render(Way.ONE_WORKLOAD), "StatefulSet").getFirst();
    ((ObjectNode) workload.path("spec")).put("replicas", "many");
    assertThatThrownBy(() -> KubernetesSchemas.validate(workload)).hasMessageContaining("replicas");
  }

  @Test
  void shouldGiveEachRoleAWorkloadAndStateAVolume() throws IOException {
    var roles = new TreeMap<String, String>();
    for (JsonNode workload :
        kinds(render(Way.A_WORKLOAD_FOR_EACH_ROLE), "Deployment", "StatefulSet")) {
      String role = text(workload, "/metadata/labels/app.kubernetes.io~1component");
      roles.put(role, text(workload, "/kind"));
      // What only the role serve exports must be exported by somebody.
      String does = role.equals("apply") ? "apply,serve" : role;
      assertThat(args(workload)).contains("--roles=" + does, "--listen=0.0.0.0:9464");
      assertThat(workload.path("spec").has("volumeClaimTemplates"))
          .isEqualTo(text(workload, "/kind").equals("StatefulSet"));
    }
    assertThat(roles)
        .isEqualTo(
            Map.of(
                "capture", "Deployment",
                "translate", "StatefulSet",
                "apply", "Deployment",
                "reconcile", "StatefulSet"));
  }

  @Test
  void shouldScaleWhatKeepsState() throws IOException {
    var given = "{ split: true, roles: { translate: { threads: 4 }, reconcile: { standbys: 0 } } }";
    for (JsonNode workload : kinds(RenderedChart.of(folder, given), "Deployment", "StatefulSet")) {
      var scale =
          args(workload).stream().filter(it -> it.matches("--(threads|standbys)=.*")).toList();
      switch (text(workload, "/metadata/labels/app.kubernetes.io~1component")) {
        case "translate" -> assertThat(scale).containsExactly("--threads=4", "--standbys=1");
        case "reconcile" -> assertThat(scale).containsExactly("--threads=1", "--standbys=0");
        default -> assertThat(scale).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldStartTheProgramWithACommandLineThatItTakes(Way way) throws IOException {
    for (JsonNode workload : kinds(render(way), "Deployment", "StatefulSet", "Job")) {
      var command = Tandem.commands().parseArgs(args(workload).toArray(String[]::new));
      assertThat(command.subcommand().commandSpec().name()).isIn("run", "teardown");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLetNoPodDoMoreThanItMust(Way way) throws IOException {
    for (JsonNode workload : kinds(render(way), "Deployment", "StatefulSet", "Job")) {
      JsonNode pod = workload.at("/spec/template/spec");
      assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(text(pod, "/securityContext/seccompProfile/type")).isEqualTo("RuntimeDefault");
      JsonNode container = pod.at("/containers/0");
      JsonNode security = container.path("securityContext");
      assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(text(security, "/capabilities/drop/0")).isEqualTo("ALL");
      assertThat(text(container, "/resources/limits/memory"))
          .isEqualTo(text(container, "/resources/requests/memory"))
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldMountNothingThatIsNotAVolume(Way way) throws IOException {
    for (JsonNode workload : kinds(render(way), "Deployment", "StatefulSet", "Job")) {
      var volumes =
          Stream.concat(
                  each(workload.at("/spec/template/spec/volumes")).map(it -> text(it, "/name")),
                  each(workload.at("/spec/volumeClaimTemplates"))
                      .map(it -> text(it, "/metadata/name")))
              .toList();
      assertThat(volumes).doesNotHaveDuplicates();
      assertThat(each(workload.at("/spec/template/spec/containers/0/volumeMounts")))
          .extracting(it -> text(it, "/name"))
          .containsExactlyInAnyOrderElementsOf(volumes);
    }
  }

  @Test
  void shouldSelectThePodsThatAreMeant() throws IOException {
    List<JsonNode> documents = render(Way.EVERYTHING);
    List<JsonNode> pods = kinds(documents, "Deployment", "StatefulSet");
    for (JsonNode workload : pods) {
      assertThat(selected(workload.at("/spec/selector/matchLabels"), pods)).isEqualTo(1);
    }
    for (JsonNode budget : kinds(documents, "PodDisruptionBudget")) {
      assertThat(selected(budget.at("/spec/selector/matchLabels"), pods)).isEqualTo(1);
    }
    assertThat(kinds(documents, "PodDisruptionBudget")).hasSize(5);
    JsonNode policy = named(documents, "NetworkPolicy", "shop-tandem");
    assertThat(selected(policy.at("/spec/podSelector/matchLabels"), pods)).isEqualTo(5);
    JsonNode service = named(documents, "Service", "shop-tandem");
    assertThat(selected(service.at("/spec/selector"), pods)).isEqualTo(5);
    JsonNode monitor = kinds(documents, "ServiceMonitor").getFirst();
    assertThat(isWithin(monitor.at("/spec/selector/matchLabels"), service.at("/metadata/labels")))
        .isTrue();
    assertThat(text(monitor, "/spec/endpoints/0/port"))
        .isEqualTo(text(service, "/spec/ports/0/name"));
  }

  @ParameterizedTest
  @EnumSource(names = {"ONE_WORKLOAD", "EVERYTHING"})
  void shouldBringTheSpecToThePodAsItWas(Way way) throws IOException {
    List<JsonNode> documents = render(way);
    for (JsonNode workload : kinds(documents, "Deployment", "StatefulSet", "Job")) {
      JsonNode mounted =
          each(workload.at("/spec/template/spec/volumes"))
              .filter(it -> text(it, "/name").equals("spec"))
              .findFirst()
              .orElseThrow()
              .path("configMap");
      JsonNode map =
          kinds(documents, "ConfigMap").stream()
              .filter(it -> it.at("/metadata/name").equals(mounted.path("name")))
              .findFirst()
              .orElseThrow();
      Path pod = Files.createTempDirectory(folder, "pod");
      for (JsonNode item : mounted.path("items")) {
        Path file = pod.resolve(text(item, "/path"));
        Files.createDirectories(file.getParent());
        Files.writeString(file, map.path("data").path(text(item, "/key")).asText());
      }
      var environment =
          Map.of(
              "LEGACY_URL", "jdbc:postgresql://x/y",
              "LEGACY_USER", "u",
              "LEGACY_PASSWORD", "p",
              "TARGET_URL", "jdbc:postgresql://x/z",
              "TARGET_USER", "u",
              "TARGET_PASSWORD", "p",
              "KAFKA", "x:9092",
              "REGISTRY", "http://x");
      assertThat(
              MigrationReader.check(
                      pod.resolve("shop.yaml"), environment, MigrationReader.Reach.OFFLINE)
                  .all())
          .isEmpty();
    }
  }

  @Test
  void shouldTakeSecretsByReferenceAlone() throws IOException {
    List<JsonNode> documents = render(Way.EVERYTHING);
    assertThat(kinds(documents, "Secret")).isEmpty();
    for (JsonNode workload : kinds(documents, "Deployment", "StatefulSet", "Job")) {
      JsonNode password =
          each(workload.at("/spec/template/spec/containers/0/env"))
              .filter(it -> text(it, "/name").equals("LEGACY_PASSWORD"))
              .findFirst()
              .orElseThrow();
      assertThat(password.has("value")).isFalse();
      assertThat(text(password, "/valueFrom/secretKeyRef/name")).isEqualTo("shop");
    }
  }

  @Test
  void shouldHoldTheAlertsAndDashboardsThatComposeMounts() throws IOException {
    List<JsonNode> documents = render(Way.EVERYTHING);
    JsonNode rules = kinds(documents, "PrometheusRule").getFirst().path("spec");
    assertThat(rules).isEqualTo(Platform.yaml(Platform.RULES));
    JsonNode dashboards =
        kinds(documents, "ConfigMap").stream()
            .filter(it -> text(it, "/metadata/name").endsWith("dashboards"))
            .findFirst()
            .orElseThrow();
    assertThat(dashboards.path("data")).hasSize(2);
  }

  @Test
  void shouldEndTheMigrationOnlyWhenAskedAndAfterThePodsAreGone() throws IOException {
    assertThat(kinds(render(Way.ONE_WORKLOAD), "Job")).isEmpty();
    JsonNode job = kinds(render(Way.EVERYTHING), "Job").getFirst();
    assertThat(text(job, "/metadata/annotations/shown~1hook")).isEqualTo("post-delete");
    assertThat(args(job)).containsSequence("teardown", "/etc/tandem/shop.yaml", "--yes");
  }
}
