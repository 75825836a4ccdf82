package dev.tandem.sweep;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rule by which a table is cut into ranges: at the quantiles of a sample of its keys, into
/// ranges of about [#ROWS] rows, at most [#MOST] of them. Ranges only spread the work; they need
/// not be even, and a row that moves across a bound is met by the stream.
final class RangePlan {
  static final long ROWS = 50_000;
  static final int MOST = 256;

  private RangePlan() {}

  /// @param sample keys in order, possibly none
  /// @param rows about how many rows there are
  static List<KeyRange> ranges(List<List<String>> sample, long rows) {
    int wanted = Math.clamp(rows / ROWS + 1, 1, MOST);
    var ranges = new ArrayList<KeyRange>();
    @Nullable List<String> after = null;
    for (int i = 1; i < wanted; i++) {
      int at = (int) ((long) sample.size() * i / wanted);
      if (at >= sample.size()) {
        break;
      }
      List<String> bound = sample.get(at);
      if (!bound.equals(after)) {
        ranges.add(new KeyRange(after, bound));
        after = bound;
      }
    }
    ranges.add(new KeyRange(after, null));
    return List.copyOf(ranges);
  }
}
