package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StateKeyTest {
  @Test
  void shouldHaveAHashOfItsOwnForNearlyEveryKeyOfASequence() {
    var hashes =
        IntStream.range(0, 100_000)
            .mapToObj(
                id -> new StateKey(ByteBuffer.allocate(11).putShort((short) 1).putLong(id).array()))
            .map(StateKey::hashCode)
            .collect(Collectors.toSet());
    assertThat(hashes).hasSizeGreaterThan(99_900);
  }

  @Test
  void shouldHaveTheHashOfItsContent() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    assertThat(new StateKey(bytes.clone())).hasSameHashCodeAs(new StateKey(bytes));
  }
}
