package dev.tandem.lens;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The rule of "did you mean": the known word with the fewest edits, if they are at most a third of
/// its letters (two in short words, one in very short ones).
final class NearMatch {
  private NearMatch() {}

  static Optional<String> of(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= allowed(candidate))
        .min(
            Comparator.comparingInt((String candidate) -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int allowed(String word) {
    return Math.max(word.length() / 3, Math.min(2, word.length() / 2));
  }

  /// A fix that names the near match, or all that is known.
  static String fix(String word, Collection<String> known) {
    return of(word, known)
        .map(near -> "did you mean '" + near + "'?")
        .orElseGet(() -> "use one of " + String.join(", ", known.stream().sorted().toList()));
  }

  /// Levenshtein's distance, letter case aside.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int edited = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
        diagonal = row[j];
        row[j] = edited;
      }
    }
    return row[b.length()];
  }
}
