package dev.tandem.invariant;

import dev.tandem.invariant.Invariant.Match;
import dev.tandem.invariant.Result.Cell;
import dev.tandem.invariant.Result.Column;
import dev.tandem.invariant.Result.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether two results agree. Numbers are compared by value and within the tolerance, texts
/// character by character, and null is null alone; the order of rows says nothing.
///
/// With a key, rows of one key belong together and are compared column by column, and a key must
/// not come twice. Without one, each row has to be on the other side as often as on this one.
public final class ResultRule {
  private ResultRule() {}

  /// What two results come to.
  public sealed interface Verdict {
    /// @param rows of either
    record Equal(long rows) implements Verdict {}

    /// @param rows of the legacy store
    record Different(long rows, List<Difference> differences) implements Verdict {
      public Different {
        differences = List.copyOf(differences);
      }
    }

    /// They cannot be compared.
    record Incomparable(String reason) implements Verdict {}
  }

  /// One of what is not equal.
  public sealed interface Difference {
    /// @param times how often more it is there than in the target
    record LegacyOnly(Row row, long times) implements Difference {}

    /// @param times how often more it is there than in the legacy store
    record TargetOnly(Row row, long times) implements Difference {}

    /// Two rows of one key.
    ///
    /// @param columns that differ, from 0
    record Unequal(Row legacy, Row target, List<Integer> columns) implements Difference {
      public Unequal {
        columns = List.copyOf(columns);
      }
    }
  }

  /// Why columns cannot be compared with one another; nothing if they can.
  public static Optional<String> flaw(List<Column> legacy, List<Column> target, Match match) {
    if (legacy.size() != target.size()) {
      return Optional.of(
          "expected as many columns of both queries, found "
              + legacy.size()
              + " of the legacy store and "
              + target.size()
              + " of the target");
    }
    if (match.key() > legacy.size()) {
      return Optional.of(
          "expected a key of at most "
              + legacy.size()
              + " columns, for there are no more, found "
              + match.key());
    }
    for (int i = 0; i < legacy.size(); i++) {
      if (!legacy.get(i).isComparableWith(target.get(i))) {
        return Optional.of(
            "expected comparable types in column "
                + (i + 1)
                + ", found "
                + legacy.get(i)
                + " in the legacy store and "
                + target.get(i)
                + " in the target: cast one of them");
      }
    }
    return Optional.empty();
  }

  public static Verdict compare(Result legacy, Result target, Match match) {
    Optional<String> flaw = flaw(legacy.columns(), target.columns(), match);
    if (flaw.isPresent()) {
      return new Verdict.Incomparable(flaw.get());
    }
    return match.key() == 0 ? whole(legacy, target) : byKey(legacy, target, match);
  }

  private static Verdict whole(Result legacy, Result target) {
    var more = new LinkedHashMap<Row, Long>();
    legacy.rows().forEach(row -> more.merge(row, 1L, Long::sum));
    target.rows().forEach(row -> more.merge(row, -1L, Long::sum));
    var differences = new ArrayList<Difference>();
    more.forEach(
        (row, times) -> {
          if (times > 0) {
            differences.add(new Difference.LegacyOnly(row, times));
          } else if (times < 0) {
            differences.add(new Difference.TargetOnly(row, -times));
          }
        });
    return verdict(legacy, differences);
  }

  private static Verdict byKey(Result legacy, Result target, Match match) {
    var ofLegacy = new LinkedHashMap<List<Cell>, Row>();
    var ofTarget = new LinkedHashMap<List<Cell>, Row>();
    Optional<String> twice =
        index("legacy", legacy, match, ofLegacy).or(() -> index("target", target, match, ofTarget));
    if (twice.isPresent()) {
      return new Verdict.Incomparable(twice.get());
    }
    var keys = new LinkedHashSet<>(ofLegacy.keySet());
    keys.addAll(ofTarget.keySet());
    var differences = new ArrayList<Difference>();
    for (List<Cell> key : keys) {
      Row here = ofLegacy.get(key);
      Row there = ofTarget.get(key);
      if (here == null && there != null) {
        differences.add(new Difference.TargetOnly(there, 1));
      } else if (here != null && there == null) {
        differences.add(new Difference.LegacyOnly(here, 1));
      } else if (here != null && there != null) {
        List<Integer> columns = unequal(here, there, match);
        if (!columns.isEmpty()) {
          differences.add(new Difference.Unequal(here, there, columns));
        }
      }
    }
    return verdict(legacy, differences);
  }

  private static Verdict verdict(Result legacy, List<Difference> differences) {
    long rows = legacy.rows().size();
    return differences.isEmpty()
        ? new Verdict.Equal(rows)
        : new Verdict.Different(rows, differences);
  }

  private static Optional<String> index(
      String store, Result result, Match match, Map<List<Cell>, Row> into) {
    for (Row row : result.rows()) {
      if (into.put(row.cells().subList(0, match.key()), row) != null) {
        return Optional.of(
            "expected the first "
                + match.key()
                + " columns to tell rows apart, found two rows of one key in the "
                + store
                + " store: group by them, or name more of them");
      }
    }
    return Optional.empty();
  }

  private static List<Integer> unequal(Row legacy, Row target, Match match) {
    var columns = new ArrayList<Integer>();
    for (int i = match.key(); i < legacy.cells().size(); i++) {
      if (!areEqual(legacy.cells().get(i), target.cells().get(i), match.tolerance())) {
        columns.add(i);
      }
    }
    return columns;
  }

  private static boolean areEqual(Cell legacy, Cell target, BigDecimal tolerance) {
    return legacy instanceof Cell.Numeric(var here) && target instanceof Cell.Numeric(var there)
        ? here.subtract(there).abs().compareTo(tolerance) <= 0
        : legacy.equals(target);
  }
}
