package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecordLimitTest {
  @Test
  void shouldBeTheLeastOfRequestMemoryAndTopicsWithRoomForHeaders() {
    assertThat(RecordLimit.of(10_000, 20_000, List.of(30_000L))).isEqualTo(8_976);
    assertThat(RecordLimit.of(20_000, 10_000, List.of(30_000L))).isEqualTo(8_976);
    assertThat(RecordLimit.of(20_000, 30_000, List.of(40_000L, 10_000L))).isEqualTo(8_976);
  }

  @Test
  void shouldBeNothingWhereNotEvenHeadersFit() {
    assertThat(RecordLimit.of(100, 100, List.of())).isZero();
  }
}
