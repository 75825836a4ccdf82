package dev.tandem.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Dashboards that show something.
class DashboardsTest {
  private static final Map<String, Set<String>> EXPORTED = Exported.series();

  private static JsonNode dashboard(String name) throws IOException {
    return new ObjectMapper().readTree(Files.readString(Platform.DASHBOARDS.resolve(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tandem-migration.json", "tandem-processes.json"})
  void shouldAskForSeriesThatTheProgramExports(String name) throws IOException {
    var ids = new HashSet<Integer>();
    for (JsonNode panel : dashboard(name).path("panels")) {
      String title = panel.path("title").asText();
      assertThat(ids.add(panel.path("id").asInt())).as("%s has an id of its own", title).isTrue();
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.path("targets")).as(title).isNotEmpty();
      }
      for (JsonNode target : panel.path("targets")) {
        Expressions.assertExported(title, target.path("expr").asText(), EXPORTED);
      }
    }
    for (JsonNode variable : dashboard(name).at("/templating/list")) {
      if (variable.path("type").asText().equals("query")) {
        Expressions.assertExported(
            variable.path("name").asText(), variable.path("definition").asText(), EXPORTED);
      }
    }
  }

  /// What is counted and never shown would be found by nobody.
  @Test
  void shouldShowEverySeriesOfTandem() throws IOException {
    var shown = new HashSet<String>();
    try (var files = Files.list(Platform.DASHBOARDS)) {
      for (Path file : files.toList()) {
        shown.addAll(Expressions.series(Files.readString(file)));
      }
    }
    assertThat(shown)
        .containsAll(
            EXPORTED.keySet().stream()
                .filter(name -> name.startsWith("tandem_"))
                .filter(name -> !name.matches(".*_(max|sum|count)"))
                .toList());
  }
}
