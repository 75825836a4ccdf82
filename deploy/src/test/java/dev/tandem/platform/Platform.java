package dev.tandem.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;

/// The files under test.
final class Platform {
  static final Path ROOT = Path.of("..");
  static final Path CHART = Path.of("chart", "tandem");
  static final Path RULES = CHART.resolve("files").resolve("tandem.rules.yaml");
  static final Path DASHBOARDS = CHART.resolve("files").resolve("dashboards");
  static final Path COMPOSE = ROOT.resolve("docker-compose.yml");
  static final Path DOCKERFILE = Path.of("image", "Dockerfile");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  private Platform() {}

  static JsonNode yaml(Path file) throws IOException {
    // Not Jackson's YAML, which leaves anchors and merge keys as they are.
    return new ObjectMapper().valueToTree(new Yaml().<Object>load(Files.readString(file)));
  }

  /// The anchors of a document's headings.
  static Set<String> anchors(Path document) throws IOException {
    Matcher heading = HEADING.matcher(Files.readString(document));
    return heading
        .results()
        .map(found -> found.group(1).toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
