package dev.tandem.job;

import java.util.Optional;

/// The rule by which a text may stand as a condition inside a query of ours: it closes what it
/// opens, and nothing of it ends the query or hides the rest of it. What it means the database says
/// when a job is planned.
public final class WhereRule {
  private WhereRule() {}

  /// What is wrong with a condition; nothing if it is empty or may stand.
  public static Optional<String> problem(String where) {
    int depth = 0;
    for (int i = 0; i < where.length(); i++) {
      char at = where.charAt(i);
      switch (at) {
        case '\'', '"' -> {
          int end = where.indexOf(at, i + 1);
          if (end < 0) {
            return refused("a closing " + at, "none");
          }
          i = end;
        }
        case '(' -> depth++;
        case ')' -> depth--;
        case ';', '$', '\0' -> {
          return refused("one condition in plain SQL", "'" + at + "' outside of a text");
        }
        case '-', '/' -> {
          if (where.startsWith("--", i) || where.startsWith("/*", i)) {
            return refused("a condition without comments", "'" + where.substring(i, i + 2) + "'");
          }
        }
        default -> {}
      }
      if (depth < 0) {
        return refused("balanced parentheses", "a ')' too many");
      }
    }
    if (where.indexOf('\\') >= 0) {
      return refused("texts without escapes", "a backslash");
    }
    return depth == 0 ? Optional.empty() : refused("balanced parentheses", "a '(' too many");
  }

  private static Optional<String> refused(String expected, String found) {
    return Optional.of("--where: expected " + expected + ", found " + found);
  }
}
