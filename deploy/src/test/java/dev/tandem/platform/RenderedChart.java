package dev.tandem.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What Helm makes of the chart for the example shop, and how to find things in it.
final class RenderedChart {
  static final String KUBERNETES = "1.33.0";
  private static final Path SHOP = Path.of("examples", "shop");
  private static final ObjectMapper JSON = new ObjectMapper();

  private RenderedChart() {}

  /// @param folder for files of this one rendering
  /// @param values that are given beside the shop's, in YAML
  static List<JsonNode> of(Path folder, String values) throws IOException {
    Path way = Files.writeString(folder.resolve("way.yaml"), values);
    String rendered =
        new Helm(hooksShown(folder))
            .template()
            .withName("shop")
            .withNamespace("crm")
            .withKubeVersion(KUBERNETES)
            .withValuesFile(shop(folder))
            .withValuesFile(way)
            .call();
    return KubernetesSchemas.documents(rendered);
  }

  /// The example shop, as somebody would install it.
  private static Path shop(Path folder) throws IOException {
    var values = JSON.createObjectNode();
    ObjectNode migration = values.putObject("migration").put("spec", "shop.yaml");
    ObjectNode files = migration.putObject("files");
    try (Stream<Path> all = Files.walk(SHOP)) {
      for (Path file : all.filter(it -> it.toString().matches(".*(yaml|avsc)")).toList()) {
        files.put(SHOP.relativize(file).toString(), Files.readString(file));
      }
    }
    values.putObject("environment").put("KAFKA", "kafka:9092").put("LEGACY_USER", "tandem");
    values.putObject("secrets").putObject("LEGACY_PASSWORD").put("name", "shop").put("key", "pw");
    return Files.writeString(
        folder.resolve("shop.yaml"), new YAMLMapper().writeValueAsString(values));
  }

  /// The chart with its hooks as ordinary documents: the library renders no hooks.
  private static Path hooksShown(Path folder) throws IOException {
    Path copy = folder.resolve("tandem");
    try (Stream<Path> all = Files.walk(Platform.CHART)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(Platform.CHART.relativize(file));
        Files.createDirectories(to.getParent());
        Files.writeString(to, Files.readString(file).replace("helm.sh/hook", "shown/hook"));
      }
    }
    return copy;
  }

  static List<JsonNode> kinds(List<JsonNode> documents, String... kinds) {
    return documents.stream().filter(it -> List.of(kinds).contains(text(it, "/kind"))).toList();
  }

  static String text(JsonNode document, String at) {
    return document.at(at).asText();
  }

  static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  static JsonNode named(List<JsonNode> documents, String kind, String name) {
    return kinds(documents, kind).stream()
        .filter(it -> text(it, "/metadata/name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  static List<String> args(JsonNode workload) {
    return each(workload.at("/spec/template/spec/containers/0/args"))
        .map(JsonNode::asText)
        .toList();
  }

  static long selected(JsonNode labels, List<JsonNode> workloads) {
    return workloads.stream()
        .filter(it -> isWithin(labels, it.at("/spec/template/metadata/labels")))
        .count();
  }

  static boolean isWithin(JsonNode labels, JsonNode all) {
    return !labels.isEmpty()
        && labels.properties().stream()
            .allMatch(each -> each.getValue().equals(all.path(each.getKey())));
  }
}
