package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.bench.PeerSettings.Part;
import dev.tandem.bench.PeerSettings.Setting;
import dev.tandem.table.Column;
import dev.tandem.table.TableId;
import dev.tandem.table.TableScript;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PeerSettingsTest {
  @Test
  void shouldGiveAReasonForEachAndNameItOnce() {
    assertThat(PeerSettings.all())
        .allSatisfy(setting -> assertThat(setting.because()).isNotBlank())
        .extracting(setting -> setting.part() + " " + setting.key())
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldSetUpEveryPeer() {
    assertThat(PeerSettings.all()).extracting(Setting::part).contains(Part.values());
  }

  @Test
  void shouldHoldNoSecretAndNoAddress() {
    assertThat(PeerSettings.all())
        .noneMatch(
            setting ->
                setting.key().contains("password")
                    || setting.key().contains("url")
                    || setting.value().contains("127.0.0.1"));
  }

  @Test
  void shouldGiveTheSinkOneTaskForEachPartition() {
    assertThat(PeerSettings.of(Part.SINK))
        .containsEntry("tasks.max", String.valueOf(PeerSettings.TASKS));
  }

  /// The sink is told the schema of the records once; it has to be that of the table.
  @Test
  void shouldTellTheSinkTheColumnsOfTheTable() throws Exception {
    var table =
        TableScript.read(List.of(Path.of("examples/bench/legacy.sql")))
            .table(new TableId("public", "item"))
            .orElseThrow();
    String content = PeerSettings.of(Part.SINK).get("value.converter.schema.content");
    JsonNode fields = new ObjectMapper().readTree(Objects.requireNonNull(content)).path("fields");
    assertThat(fields)
        .extracting(field -> field.path("field").asText() + " " + field.path("optional"))
        .containsExactlyElementsOf(
            table.columns().stream().map(PeerSettingsTest::described).toList());
  }

  private static String described(Column column) {
    return column.name() + " " + column.nullable();
  }
}
