package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WriteBackTest {
  private final MemoryBytes store = new MemoryBytes();
  private int read;

  private final class Numbers implements WriteBack.Form<Integer> {
    /// Zero is nothing.
    @Override
    public byte @Nullable [] encode(StateKey key, Integer value) {
      return value == 0 ? null : bytes(value);
    }

    @Override
    public Integer decode(StateKey key, byte[] bytes) {
      read++;
      return ByteBuffer.wrap(bytes).getInt();
    }
  }

  private final WriteBack<Integer> held = new WriteBack<>(store, new Numbers(), 20_000);

  private static byte[] bytes(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static StateKey key(int number) {
    return new StateKey(bytes(number));
  }

  @Test
  void shouldWriteOnlyWhenSavedAndReadOnlyOnce() {
    store.put(bytes(1), bytes(7));
    assertThat(held.get(key(1))).isEqualTo(7);
    assertThat(held.get(key(1))).isEqualTo(7);
    held.put(key(1), 8);
    assertThat(store.get(bytes(1))).isEqualTo(bytes(7));
    held.save();
    assertThat(store.get(bytes(1))).isEqualTo(bytes(8));
    assertThat(held.get(key(1))).isEqualTo(8);
    assertThat(read).isEqualTo(1);
  }

  @Test
  void shouldHoldNoMoreThanAMegabyte() {
    int most = (1 << 20) / Integer.BYTES;
    for (int number = 0; number < most + 10; number++) {
      store.put(bytes(number), bytes(1));
      held.get(key(number));
    }
    read = 0;
    held.get(key(most));
    assertThat(read).isZero();
    held.get(key(0));
    assertThat(read).isEqualTo(1);
  }

  @Test
  void shouldForgetWhatIsDeletedOrWorthNothing() {
    held.put(key(1), 5);
    held.put(key(2), 6);
    held.save();
    held.delete(key(1));
    held.put(key(2), 0);
    held.save();
    assertThat(store.size()).isZero();
    assertThat(held.get(key(1))).isNull();
    assertThat(held.get(key(2))).isNull();
  }

  /// Far more keys than are held, in any order, against a map.
  @Test
  void shouldAnswerAsAMapDoesHoweverManyKeysThereAre() {
    var random = new Random(3);
    Map<Integer, Integer> model = new HashMap<>();
    for (int step = 0; step < 600_000; step++) {
      int number = random.nextInt(100_000);
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3 -> {
          int value = random.nextInt(1, 1_000_000);
          held.put(key(number), value);
          model.put(number, value);
        }
        case 4 -> {
          held.delete(key(number));
          model.remove(number);
        }
        default -> assertThat(held.get(key(number))).isEqualTo(model.get(number));
      }
      if (random.nextInt(50_000) == 0) {
        held.save();
      }
    }
    held.save();
    assertThat(store.size()).isEqualTo(model.size());
    model.forEach((number, value) -> assertThat(store.get(bytes(number))).isEqualTo(bytes(value)));
  }
}
