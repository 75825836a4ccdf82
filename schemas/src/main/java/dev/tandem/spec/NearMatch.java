package dev.tandem.spec;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds what was probably meant by a name that is not known: the nearest known one, if no more
/// than a third of its letters (at least one, transpositions count once) would have to change.
public final class NearMatch {
  private static final int LISTED = 20;

  private NearMatch() {}

  public static Optional<String> of(String name, Collection<String> known) {
    String wanted = fold(name);
    return known.stream()
        .map(candidate -> new Candidate(candidate, distance(wanted, fold(candidate))))
        .filter(it -> it.distance() <= Math.max(1, Math.min(wanted.length(), 30) / 3))
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  /// As a sentence for a fix: `did you mean 'x'?`, or else what is known.
  public static String suggestion(String name, Collection<String> known) {
    return of(name, known)
        .map(near -> "did you mean '" + near + "'?")
        .orElseGet(() -> listed(known));
  }

  private static String listed(Collection<String> known) {
    if (known.isEmpty()) {
      return "remove it";
    }
    String names = String.join(", ", known.stream().limit(LISTED).toList());
    return "use one of: " + names + (known.size() > LISTED ? ", …" : "");
  }

  private record Candidate(String name, int distance) {}

  private static String fold(String name) {
    return name.substring(0, Math.min(name.length(), 100))
        .toLowerCase(Locale.ROOT)
        .replace("_", "")
        .replace("-", "");
  }

  /// Optimal string alignment distance.
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = cost[i - 1][j - 1] + (same ? 0 : 1);
        best = Math.min(best, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
