package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RangePlanTest {
  @Test
  void shouldReadASmallTableAsOneRange() {
    assertThat(RangePlan.ranges(List.of(), 10)).containsExactly(KeyRange.ALL);
  }

  @Test
  void shouldCoverEveryKeyOnce() {
    var sample = IntStream.range(0, 1000).mapToObj(i -> List.of(String.valueOf(i))).toList();
    List<KeyRange> ranges = RangePlan.ranges(sample, 10 * RangePlan.ROWS);
    assertThat(ranges).hasSize(11);
    assertThat(ranges.getFirst().after()).isNull();
    assertThat(ranges.getLast().upTo()).isNull();
    for (int i = 1; i < ranges.size(); i++) {
      assertThat(ranges.get(i).after()).isNotNull().isEqualTo(ranges.get(i - 1).upTo());
    }
  }

  @Test
  void shouldNotCutAtOneKeyTwice() {
    var sample = IntStream.range(0, 50).mapToObj(_ -> List.of("same")).toList();
    assertThat(RangePlan.ranges(sample, 10 * RangePlan.ROWS)).hasSize(2);
  }

  @Test
  void shouldManageWithoutASample() {
    assertThat(RangePlan.ranges(List.of(), 10 * RangePlan.ROWS)).containsExactly(KeyRange.ALL);
  }
}
