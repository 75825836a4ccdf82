package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StateTroubleTest {
  private static final Path DIRECTORY = Path.of("state", "shop.sales.translate");

  private static StateTrouble of(long usable) {
    return Objects.requireNonNull(
        StateTrouble.of(
            new ProcessorStateException("store", new IOException("of a row's value")),
            DIRECTORY,
            usable));
  }

  @Test
  void shouldPassWhereTheVolumeIsFull() {
    assertThat(of(3 << 20).passes()).isTrue();
    assertThat(of(3 << 20).reason()).contains(DIRECTORY.toString(), "3 MiB");
  }

  @Test
  void shouldBeAFindingWhereThereIsRoomOrNobodyKnows() {
    for (long usable : new long[] {1L << 30, -1}) {
      assertThat(of(usable).passes()).isFalse();
      assertThat(of(usable).reason())
          .contains(DIRECTORY.toString(), "IOException", "fix:")
          .doesNotContain("value");
    }
  }

  @Test
  void shouldBeNothingOfOtherFailures() {
    assertThat(StateTrouble.of(new StreamsException("away"), DIRECTORY, 0)).isNull();
  }
}
