package dev.tandem.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class XidWideningTest {
  private static final long CIRCLE = 1L << 32;

  @Test
  void shouldWidenToTheValueNextBelowTheServers() {
    assertThat(XidWidening.widen(99, 100)).isEqualTo(99);
    assertThat(XidWidening.widen(99, 3 * CIRCLE + 100)).isEqualTo(3 * CIRCLE + 99);
  }

  @Test
  void shouldWidenAnIdFromBeforeTheWrap() {
    assertThat(XidWidening.widen(CIRCLE - 1, CIRCLE + 5)).isEqualTo(CIRCLE - 1);
  }

  @Test
  void shouldTakeAnIdAsAheadOfAnOldReading() {
    assertThat(XidWidening.widen(100, 100)).isEqualTo(100);
    assertThat(XidWidening.widen(5, CIRCLE - 5)).isEqualTo(CIRCLE + 5);
  }

  @Test
  void shouldGiveBackEveryIdNearTheReading() {
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new SplittableRandom(seed);
      long xid = random.nextLong(CIRCLE, 1L << 50);
      long next = xid + random.nextLong(-(CIRCLE / 2) + 2, CIRCLE / 2);
      assertThat(XidWidening.widen(xid % CIRCLE, next)).as("seed %s", seed).isEqualTo(xid);
    }
  }

  @Test
  void shouldRefuseWhatHasMoreThan32Bits() {
    assertThatThrownBy(() -> XidWidening.widen(CIRCLE, CIRCLE)).hasMessageContaining("32-bit");
    assertThatThrownBy(() -> XidWidening.widen(-1, CIRCLE)).hasMessageContaining("32-bit");
  }
}
