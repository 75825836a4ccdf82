package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class StreamsScaleTest {
  private static final String THREADS = "num.stream.threads";
  private static final String STANDBYS = "num.standby.replicas";
  private static final Map<String, String> SPEC =
      Map.of("bootstrap.servers", "unused:9092", THREADS, "3", STANDBYS, "2");

  private static Properties properties(Map<String, String> client) {
    return StreamsSettings.of(client, Path.of("state")).properties("application");
  }

  @Test
  void shouldBeOneThreadWithoutStandbysWhereNobodySaysMore() {
    Properties plain =
        properties(StreamsScale.PLAIN.over(Map.of("bootstrap.servers", "unused:9092")));
    assertThat(plain).containsEntry(THREADS, 1).doesNotContainKey(STANDBYS);
  }

  @Test
  void shouldBeWhatThePropertiesOfKafkaSay() {
    assertThat(properties(StreamsScale.PLAIN.over(SPEC)))
        .containsEntry(THREADS, "3")
        .containsEntry(STANDBYS, "2");
  }

  @Test
  void shouldTakeWhatIsSaidOfAProcessBeforeWhatThePropertiesSay() {
    var scale = new StreamsScale(OptionalInt.of(4), OptionalInt.of(0));
    assertThat(properties(scale.over(SPEC)))
        .containsEntry(THREADS, "4")
        .containsEntry(STANDBYS, "0");
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> new StreamsScale(OptionalInt.of(0), OptionalInt.empty()))
        .hasMessageContaining("found 0");
    assertThatThrownBy(() -> new StreamsScale(OptionalInt.empty(), OptionalInt.of(-1)))
        .hasMessageContaining("found -1");
  }
}
