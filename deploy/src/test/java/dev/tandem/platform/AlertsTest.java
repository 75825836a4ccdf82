package dev.tandem.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Alerts that can fire, and say where to read on.
class AlertsTest {
  private static final Map<String, Set<String>> EXPORTED = Exported.series();
  private static final Path TESTS = Path.of("chart", "alerts.test.yaml");
  private static final Pattern TESTED = Pattern.compile("alertname=\"(\\w+)\"");

  private static List<JsonNode> rules() throws IOException {
    JsonNode groups = Platform.yaml(Platform.RULES).path("groups");
    return StreamSupport.stream(groups.spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
        .toList();
  }

  @Test
  void shouldAskForSeriesThatTheProgramExports() throws IOException {
    assertThat(rules()).hasSizeGreaterThan(10);
    for (JsonNode rule : rules()) {
      Expressions.assertExported(rule.path("alert").asText(), rule.path("expr").asText(), EXPORTED);
    }
  }

  @Test
  void shouldFindAnAlertThatAsksForWhatNobodyExports() {
    assertThatThrownBy(() -> Expressions.assertExported("x", "tandem_lag > 1", EXPORTED))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> Expressions.assertExported("x", "tandem_part_ready{role=\"x\"} > 0", EXPORTED))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> Expressions.assertExported("x", "max by (role) (tandem_part_ready)", EXPORTED))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void shouldPointToAHeadingOfTheOperatorsGuide() throws IOException {
    for (JsonNode rule : rules()) {
      String[] runbook = rule.at("/annotations/runbook").asText().split("#");
      assertThat(runbook).as(rule.path("alert").asText()).hasSize(2);
      assertThat(Platform.anchors(Platform.ROOT.resolve(runbook[0])))
          .as(rule.path("alert").asText())
          .contains(runbook[1]);
    }
  }

  @Test
  void shouldSayHowBadItIsAndWhat() throws IOException {
    for (JsonNode rule : rules()) {
      assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
      assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
      assertThat(rule.at("/annotations/description").asText()).isNotBlank();
    }
  }

  @Test
  void shouldHaveATestOfEachAlert() throws IOException {
    Matcher tested = TESTED.matcher(Files.readString(TESTS));
    assertThat(tested.results().map(found -> found.group(1)).distinct())
        .containsExactlyInAnyOrderElementsOf(
            rules().stream().map(rule -> rule.path("alert").asText()).toList());
  }

  /// Prometheus' own tool, where it is on the PATH.
  @Test
  void shouldFireAndKeepSilentAsTheirTestsSay() throws Exception {
    Optional<Path> promtool =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(promtool.isPresent(), "promtool is not on the PATH");
    String tool = promtool.orElseThrow().toString();
    succeed(tool, "check", "rules", Platform.RULES.toString());
    succeed(tool, "test", "rules", TESTS.toString());
  }

  private static void succeed(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", String.join(" ", command), said).isZero();
  }
}
