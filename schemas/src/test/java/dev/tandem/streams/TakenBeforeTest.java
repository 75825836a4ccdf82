package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.image.MemoryBytes;
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

  private final MemoryBytes store = new MemoryBytes();

  private boolean holds(String id, long offset, long seen) {
    return new TakenBefore(_ -> id, store).holds(new From(offset), seen);
  }

  @Test
  void shouldPassWhatTheStateHasSeen() {
    assertThat(holds("a", 0, 42)).isTrue();
    assertThat(holds("a", 42, 42)).isTrue();
    assertThat(holds("a", 43, 42)).isFalse();
    assertThat(holds("a", 0, -1)).isFalse();
  }

  @Test
  void shouldPassItWhereNobodyKnowsTheTopic() {
    assertThat(holds("a", 0, -1)).isFalse();
    assertThat(holds("", 0, 42)).isTrue();
  }

  /// However long it is by then.
  @Test
  void shouldRefuseATopicThatWasMadeAnew() {
    assertThat(holds("a", 7, -1)).isFalse();
    for (long offset : new long[] {0, 42, 5000}) {
      assertThatThrownBy(() -> holds("b", offset, 42))
          .isInstanceOf(DomainStoppedException.class)
          .hasMessageContaining("shop.orders.outbox")
          .hasMessageContaining("up to offset 42, found another one of that name");
    }
  }
}
