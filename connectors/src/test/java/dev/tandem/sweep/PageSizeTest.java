package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PageSizeTest {
  private static final long BYTES = 8L << 20;

  /// Reads full pages from a server that takes a time and sends bytes for each row.
  private static PageSize after(int pages, Duration perRow, long rowBytes) {
    var size = new PageSize(5_000, BYTES);
    for (int i = 0; i < pages; i++) {
      size.took(size.rows(), size.rows() * rowBytes, perRow.multipliedBy(size.rows()));
    }
    return size;
  }

  @Test
  void shouldBeginSmallAndGrowToTheMostThatIsAllowed() {
    assertThat(after(0, Duration.ofNanos(1_000), 100).rows()).isEqualTo(100);
    assertThat(after(1, Duration.ofNanos(1_000), 100).rows()).isEqualTo(400);
    assertThat(after(9, Duration.ofNanos(1_000), 100).rows()).isEqualTo(5_000);
    assertThat(new PageSize(20, BYTES).rows()).isEqualTo(20);
  }

  @Test
  void shouldTakeAsLongAsItsTargetWhereTheServerIsSlow() {
    assertThat(after(9, Duration.ofMillis(1), 100).rows()).isEqualTo(150);
    assertThat(after(9, Duration.ofSeconds(1), 100).rows()).isEqualTo(1);
  }

  @Test
  void shouldFitWideRowsIntoItsBytes() {
    assertThat(after(9, Duration.ofNanos(1_000), 1 << 20).rows()).isEqualTo(8);
    assertThat(after(9, Duration.ofNanos(1_000), 1 << 26).rows()).isEqualTo(1);
  }

  @Test
  void shouldGrowAgainOnceTheServerIsFasterAndRowsAreSmaller() {
    PageSize size = after(9, Duration.ofMillis(10), 1 << 20);
    for (int i = 0; i < 9; i++) {
      size.took(size.rows(), size.rows() * 100L, Duration.ofMillis(5));
    }
    assertThat(size.rows()).isEqualTo(5_000);
  }

  /// The end of a range has few rows, and an empty one none: neither says how large pages may be.
  @Test
  void shouldLearnNothingFromAShortPage() {
    PageSize size = after(9, Duration.ofNanos(1_000), 100);
    size.took(2, 200, Duration.ofMillis(5));
    size.took(0, 0, Duration.ofMillis(5));
    assertThat(size.rows()).isEqualTo(5_000);
  }

  @Test
  void shouldShrinkUntilOneRowIsLeft() {
    var size = new PageSize(5_000, BYTES);
    assertThat(size.shrink()).isTrue();
    assertThat(size.rows()).isEqualTo(12);
    assertThat(size.shrink()).isTrue();
    assertThat(size.shrink()).isFalse();
    assertThat(size.rows()).isEqualTo(1);
  }
}
