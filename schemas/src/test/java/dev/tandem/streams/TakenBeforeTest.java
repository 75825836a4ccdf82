package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.junit.jupiter.api.Test;

class TakenBeforeTest {
  private record From(long offset) implements RecordMetadata {
    @Override
    public String topic() {
      return "shop.orders.outbox";
    }

    @Override
    public int partition() {
      return 3;
    }
  }

  private static boolean holds(long end, long offset, long seen) {
    return new TakenBefore(_ -> end).holds(new From(offset), seen);
  }

  @Test
  void shouldPassWhatTheStateHasSeen() {
    assertThat(holds(100, 0, 42)).isTrue();
    assertThat(holds(100, 42, 42)).isTrue();
    assertThat(holds(100, 43, 42)).isFalse();
    assertThat(holds(100, 0, -1)).isFalse();
  }

  @Test
  void shouldPassItWhereNobodyKnowsTheEnd() {
    assertThat(holds(-1, 0, 42)).isTrue();
  }

  @Test
  void shouldRefuseATopicThatEndsBeforeWhatWasReadOfIt() {
    assertThatThrownBy(() -> holds(42, 0, 42))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("shop.orders.outbox-3")
        .hasMessageContaining("up to offset 42, found one that ends at 42");
  }
}
